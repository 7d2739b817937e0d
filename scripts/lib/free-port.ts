import { createServer } from 'node:net';
import { Failure } from '../bootstrap/failure.mjs';

/** A port of the loopback interface that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return listenOnce(0, '127.0.0.1');
}

/** The port to listen on: the given one when it is free, any free one for 0. */
export async function claimPort(port: number, host: string): Promise<number> {
  try {
    return await listenOnce(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new Failure(`Port ${port} on ${host} is taken. Choose another: npm start -- --port ${port + 1}`);
    if (code === 'EACCES') throw new Failure(`Port ${port} needs root. Choose one above 1023: npm start -- --port 8080`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw new Failure(`This machine has no address ${host}: give another by --host.`);
    throw error;
  }
}

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
