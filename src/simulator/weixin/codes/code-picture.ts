import { createHash } from 'node:crypto';
import type { Code } from '../../account/belongings.ts';

const MODULES = 21;
const FINDER = 7;
const QUIET = 2;

/**
 * A picture that looks like the code and says what it holds. No camera reads it: the simulator's people
 * scan by the ticket.
 */
export function codePicture({ ticket, scene }: Code): Buffer {
  const size = MODULES + 2 * QUIET;
  const noise = createHash('sha512').update(ticket).digest();
  const dots: string[] = [];
  for (let index = 0; index < MODULES * MODULES; index += 1) {
    const [x, y] = [index % MODULES, Math.floor(index / MODULES)];
    const bit = ((noise[index % noise.length] ?? 0) >> (y % 8)) & 1;
    if (isDark({ x, y }, bit === 1)) dots.push(`M${x + QUIET} ${y + QUIET}h1v1h-1z`);
  }
  const words = scene.replaceAll(/[<>&"']/g, (sign) => `&#${sign.codePointAt(0)};`);
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="430" height="430" ` +
      `role="img"><title>${words}</title><rect width="${size}" height="${size}" fill="#fff"/>` +
      `<path d="${dots.join('')}" fill="#000"/></svg>`,
  );
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Three corners have the squares by which a code is found; all else follows the ticket. */
function isDark({ x, y }: Place, otherwise: boolean): boolean {
  const far = MODULES - FINDER;
  const [inX, inY] = [x >= far ? x - far : x, y >= far ? y - far : y];
  const isCorner = inX < FINDER && inY < FINDER && !(x >= far && y >= far);
  const isBeside = (x === FINDER || x === far - 1) && (y <= FINDER || y >= far - 1);
  const isBelow = (y === FINDER || y === far - 1) && (x <= FINDER || x >= far - 1);
  if (!isCorner) return otherwise && !isBeside && !isBelow;
  const ring = Math.max(Math.abs(inX - 3), Math.abs(inY - 3));
  return ring !== 2;
}
