export { createPartnerKey } from './create-partner-key.ts';
export { findPartnerKey } from './find-partner-key.ts';
export { type PartnerKey, SCOPES, type Scope } from './partner-key.model.ts';
