/** What a browser loads for the first view of the chat page: the page and all that it asks for. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { benchDatabase } from './bench-database.ts';
import { startServer } from './server-process.ts';
import { report, spreadOf } from './side-by-side.ts';

const MOST_KIB = 150;
const ASKED_FOR = /(?:src|href)="(\/[^"]+\.(?:css|js|svg|png|woff2)(?:\?[^"]*)?)"/g;

const service = await startServer('service-server.js', { env: { MONGODB_URI: benchDatabase() } });
const page = await load('/simulator');
const addresses = [...page.toString().matchAll(ASKED_FOR)].map(([, address = '']) => address);
const files = [page];
for (const address of new Set(addresses)) files.push(await load(address));
await service.stop();

for (const [way, sizeOf] of [
  ['as it is served', (file: Buffer) => file.length],
  ['compressed by a proxy in front', (file: Buffer) => gzipSync(file).length],
] as const) {
  const kib = files.reduce((sum, file) => sum + sizeOf(file), 0) / 1024;
  report({
    name: `first load of /simulator, ${files.length} files, ${way}`,
    unit: 'KiB',
    floor: spreadOf([MOST_KIB]),
    figure: spreadOf([kib]),
    ratio: spreadOf([kib / MOST_KIB]),
    target: { most: 1 },
  });
}

async function load(path: string): Promise<Buffer> {
  const request = get({ host: '127.0.0.1', port: service.port, path });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}`);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
