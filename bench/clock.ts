/** The real clock, as `main.ts` hands it to the service. */
// biome-ignore lint/plugin: a bench stands where main.ts does
export const clock = (): Date => new Date();

/** Everything that is logged goes nowhere. */
export const silent = { debug() {}, info() {}, warn() {}, error() {} };
