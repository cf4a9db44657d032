import { mongo } from 'mongoose';
import { assert } from '../../kernel/assert.ts';
import { limits } from './limits.ts';

const NAME = /^[\w:.-]{1,80}$/;
/** Half a character: stored text would come back different, and break the chain of hashes. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** What an entry remembers is small plain JSON: it must come back from the database as it was. @throws InvariantError */
export function mustBeFacts(facts: object, what: string): void {
  mustBePlain(facts, what);
  const size = mongo.BSON.calculateObjectSize(facts);
  assert(size <= limits.factsBytesMax, `${what} is too large: ${size} bytes`);
}

/** The same for the state of a facet, which is smaller. @throws InvariantError */
export function mustBeState(state: object, what: string): void {
  mustBePlain(state, what);
  const size = mongo.BSON.calculateObjectSize(state);
  assert(size <= limits.facetBytesMax, `${what} is too large: ${size} bytes`);
}

function mustBePlain(value: unknown, what: string): void {
  switch (typeof value) {
    case 'string':
      assert(!LONE_SURROGATE.test(value), `${what} holds half a character`);
      return;
    case 'number':
      assert(Number.isFinite(value), `${what} holds a number that is none`);
      return;
    case 'boolean':
      return;
    case 'object':
      if (value !== null) mustBePlainObject(value, what);
      return;
    default:
      assert(false, `${what} holds a ${typeof value}`);
  }
}

function mustBePlainObject(value: object, what: string): void {
  if (Array.isArray(value)) {
    for (const item of value) mustBePlain(item, what);
    return;
  }
  assert(Object.getPrototypeOf(value) === Object.prototype, `${what} holds more than plain JSON`);
  for (const [name, item] of Object.entries(value)) {
    assert(NAME.test(name), `${what} holds a name that is none: ${name}`);
    mustBePlain(item, what);
  }
}
