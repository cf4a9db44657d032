import type { mongo } from 'mongoose';

/**
 * Whether a database answers a question by reading the whole collection. One that does it for a range
 * of an index would be measured instead of what is asked of it.
 */
export async function isScanned<Document extends object>(
  cursor: mongo.FindCursor<Document>,
): Promise<boolean> {
  return JSON.stringify(await cursor.explain('queryPlanner')).includes('COLLSCAN');
}
