/** An element: its text, or its fields, or several of one name. */
export type XmlValue = string | XmlFields | readonly (string | XmlFields)[];

/** Elements by name, in the order of the document; without a prototype. */
export interface XmlFields {
  readonly [name: string]: XmlValue | undefined;
}

const NOTHING: XmlFields = Object.freeze(Object.create(null));

/** The text of a field; '' when it is missing, doubled or has fields of its own. */
export function textOf(fields: XmlFields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

export function textOrNull(fields: XmlFields, name: string): string | null {
  return textOf(fields, name) || null;
}

/** The number in a field; 0 when there is none. */
export function numberOf(fields: XmlFields, name: string): number {
  const number = Number(textOf(fields, name));
  return Number.isFinite(number) ? number : 0;
}

/** The fields inside a field; none when it is missing or a text. */
export function groupOf(fields: XmlFields, name: string): XmlFields {
  return listOf(fields, name)[0] ?? NOTHING;
}

/** Every group of that name: the platform writes one of them, or many. */
export function listOf(fields: XmlFields, name: string): readonly XmlFields[] {
  const value = fields[name];
  const all = Array.isArray(value) ? value : [value];
  return all.filter((one): one is XmlFields => typeof one === 'object' && one !== null);
}
