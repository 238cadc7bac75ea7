/**
 * A trivial target as a process of its own: answers every request with the one word it is told, says its port in one
 * line of JSON, and runs until it is ended.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const word = process.argv[2] ?? 'target';
const headers = { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(word) };

const server = createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(word);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});
