/** The platform's side of sending, in a process of its own: answers every call, and counts per open id. */
import { createServer } from 'node:http';
import { serve } from './server-process.ts';

const TOKEN = JSON.stringify({ access_token: 'of-the-bench', expires_in: 7200 });
const TAKEN = JSON.stringify({ errcode: 0, errmsg: 'ok', msgid: 3_147_483_001 });
const known = new Set<string>();
let messages = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    if (request.url?.includes('token?') || request.url?.endsWith('token')) {
      response.end(TOKEN);
      return;
    }
    const { touser } = JSON.parse(Buffer.concat(chunks).toString()) as { touser: string };
    known.add(touser);
    messages += 1;
    response.end(TAKEN);
  });
}).listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port to listen on');
  serve(address.port, (question) => {
    const told = { messages, people: known.size };
    if (question === 'forget') {
      known.clear();
      messages = 0;
    }
    return told;
  });
});
