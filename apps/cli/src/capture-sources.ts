/** Where `wirecase capture` gets its packets from. */
import { spawn } from 'node:child_process';
import { BlockList, connect, createServer, isIPv6, type Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { WirecaseError } from '@wirecase/contract';

/** One connection, pipe or run of a program. */
export interface Source {
  name: string;
  /** What comes. They end where the connection does, in whatever way it does. */
  bytes: Readable;
  /** End it; what has come is still read. */
  stop(): void;
  /** What went wrong on its side, once its bytes have ended. */
  problem(): Promise<string | null>;
}

/** A connection that says nothing for so long is asked whether it is still there; it has ten seconds to answer. */
const quietMs = 5000;

export function pipeOf(bytes: Readable, name: string): Source {
  return { name, bytes, stop: () => bytes.push(null), problem: async () => null };
}

/** Throws `config.invalid` for an address without a port. */
export function serverAt(address: string): Source {
  const bytes = new PassThrough();
  const socket = connect(placeOf(address));
  const problem = readSocket(socket, bytes);
  return { name: address, bytes, stop: () => socket.destroy(), problem: () => problem };
}

/**
 * What the first that connects and may sends: one connection, read as fast as it is analysed. Throws `config.invalid` for an address or
 * network that cannot be read.
 */
export function listenAt(address: string, allow: string): Source {
  const allowed = blockListOf(allow);
  const place = placeOf(address);
  const bytes = new PassThrough();
  const { promise: problem, resolve } = Promise.withResolvers<string | null>();
  const end = (words: string | null) => {
    bytes.end();
    resolve(words);
  };
  let taken: Socket | null = null;
  const server = createServer((socket) => {
    const { remoteAddress = '', remoteFamily } = socket;
    const isAllowed = allowed.check(remoteAddress, remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4');
    if (!isAllowed) process.stderr.write(`wirecase capture: ${remoteAddress} is refused: it is not in --allow\n`);
    if (!isAllowed || taken) return void socket.destroy();
    taken = socket;
    server.close();
    readSocket(socket, bytes).then(resolve, resolve);
  });
  server.on('error', ({ message }) => end(message));
  server.listen(place, () => {
    const { port } = server.address() as { port: number };
    process.stderr.write(`wirecase capture: waits at port ${port}\n`);
  });
  const stop = () => {
    server.close();
    if (taken) taken.destroy();
    else end(null);
  };
  return { name: address, bytes, stop, problem: () => problem };
}

export function dumpcapOn(name: string, filter: string | undefined): Source {
  const args = ['-q', '-i', name, '-w', '-', ...(filter === undefined ? [] : ['-f', filter])];
  const dumpcap = spawn('dumpcap', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  dumpcap.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const ended = new Promise<string | null>((resolve) => {
    dumpcap.once('error', (error) => resolve(`dumpcap: ${error.message}`));
    dumpcap.once('close', () => resolve(said.split('\n').find((line) => /^dumpcap: /.test(line)) ?? null));
  });
  return { name, bytes: dumpcap.stdout, stop: () => dumpcap.kill('SIGTERM'), problem: () => ended };
}

/** What the socket gets goes to `bytes`, which end with it. Answers what ended it, null when the other side said that it is all. */
function readSocket(socket: Socket, bytes: PassThrough): Promise<string | null> {
  return new Promise((resolve) => {
    let problem: string | null = null;
    socket.setKeepAlive(true, quietMs);
    socket.on('error', ({ message }) => (problem = message));
    socket.on('close', () => {
      bytes.end();
      resolve(problem);
    });
    socket.pipe(bytes, { end: false });
  });
}

function blockListOf(networks: string): BlockList {
  const list = new BlockList();
  for (const network of networks.split(',')) {
    const [address = '', bits] = network.trim().split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    try {
      list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
    } catch (error) {
      throw new WirecaseError('config.invalid', `${network} is no address and no network.`, { cause: error });
    }
  }
  return list;
}

/** `HOST:PORT`, `[::1]:PORT` or `PORT`. */
function placeOf(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, Math.max(0, at)).replace(/^\[|\]$/g, '');
  const port = address.slice(at + 1);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) throw new WirecaseError('config.invalid', `${address} has no port: HOST:PORT.`);
  return { host: host || '127.0.0.1', port: Number(port) };
}
