// The smallest thing that can be delivered: it says what it is, and ends when it is told to.
const { createServer } = require('node:http');

const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ service: 'web', status: 'ok' }));
});
server.listen(8080);
process.on('SIGTERM', () => server.close());
