import { mongo } from 'mongoose';

const { EJSON } = mongo.BSON;

/** A document as one line of canonical Extended JSON: every type of the database survives the text. */
export function toExtendedJson(document: mongo.Document): string {
  return EJSON.stringify(document, { relaxed: false });
}

/** The document of such a line, with numbers of the very type they had. @throws for what is none */
export function fromExtendedJson(text: string): mongo.Document {
  const document: unknown = EJSON.parse(text, { relaxed: false });
  if (document === null || typeof document !== 'object' || Array.isArray(document)) {
    throw new SyntaxError('a line holds something that is no document');
  }
  return document;
}

/** How to read documents so that `toExtendedJson` tells a whole number from a fraction. */
export const EVERY_TYPE = { promoteValues: false, bsonRegExp: true } as const;
