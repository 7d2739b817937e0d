import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { bodyDeadline, liftBodyDeadline } from './body-deadline.ts';

let server: Server;
afterEach(() => server.close());

/** A server that answers with the body, and a client that has sent a part of one. */
async function halfSent(deadlineMs: number, onRequest: (request: IncomingMessage) => void = () => undefined): Promise<Socket> {
  const middleware = bodyDeadline(deadlineMs);
  server = createServer((request, response) =>
    middleware(request, response, () => {
      onRequest(request);
      request.pipe(response);
    }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\n12345');
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString()));
  await once(socket, 'close');
  return text;
}

test('a body that does not come is not waited for, however it drips', async () => {
  const socket = await halfSent(200);
  const drip = setInterval(() => socket.write('6'), 150);
  expect(await answerOf(socket)).not.toContain('1234566');
  clearInterval(drip);
});

test('one that may take its time does', async () => {
  const socket = await halfSent(50, liftBodyDeadline);
  setTimeout(() => socket.write('67890'), 200);
  expect(await answerOf(socket)).toContain('67890');
});

test('an answer that takes long is not cut', async () => {
  server = createServer((request, response) =>
    bodyDeadline(50)(request, response, () => {
      request.resume().once('end', () => setTimeout(() => response.end('late'), 200));
    }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { method: 'POST', body: 'x' });
  expect(await answer.text()).toBe('late');
});
