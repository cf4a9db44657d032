/** The address of a database that only this bench uses, on the server that the run was given. */
export function benchDatabase(): string {
  const { MONGODB_URI } = process.env;
  if (!MONGODB_URI) throw new Error('MONGODB_URI is missing: start the benches with npm run bench');
  const url = new URL(MONGODB_URI);
  url.pathname = `/bench_${process.pid}`;
  return url.href;
}
