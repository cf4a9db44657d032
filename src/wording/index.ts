export { type Catalogue, loadCatalogue } from './catalogue.ts';
export type { Style } from './compile.ts';
export type { Language } from './facts.ts';
export type { FactsOf, MessageKey, Say } from './messages.ts';
