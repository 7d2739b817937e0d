/** Where `wirecase capture` gets its packets from. */
import { spawn } from 'node:child_process';
import { BlockList, connect, createServer, isIPv6 } from 'node:net';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { WirecaseError } from '@wirecase/contract';

export interface Source {
  name: string;
  bytes: Readable;
  /** Ask it to end; its last bytes still come. */
  stop(): void;
  /** What went wrong on its side, once its bytes have ended. */
  problem(): Promise<string | null>;
}

export function pipeOf(bytes: Readable, name: string): Source {
  return { name, bytes, stop: () => bytes.push(null), problem: async () => null };
}

export function serverAt(address: string): Source {
  const socket = connect(placeOf(address));
  return { name: address, bytes: socket, stop: () => socket.end(), problem: async () => null };
}

/**
 * What the first that connects and may sends: one connection, read as fast as it is analysed. Throws `config.invalid` for an address or
 * network that cannot be read.
 */
export function listenAt(address: string, allow: string): Source {
  const allowed = blockListOf(allow);
  const bytes = new PassThrough();
  const server = createServer((socket) => {
    const { remoteAddress = '', remoteFamily } = socket;
    const isAllowed = allowed.check(remoteAddress, remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4');
    if (!isAllowed) process.stderr.write(`wirecase capture: ${remoteAddress} is refused: it is not in --allow\n`);
    if (!isAllowed || !server.listening) return void socket.destroy();
    server.close();
    pipeline(socket, bytes, () => undefined); // its error is that of `bytes`
  });
  server.on('error', (error) => bytes.destroy(error));
  server.listen(placeOf(address), () => {
    const { port } = server.address() as { port: number };
    process.stderr.write(`wirecase capture: waits at port ${port}\n`);
  });
  const stop = () => {
    server.close();
    bytes.end();
  };
  return { name: address, bytes, stop, problem: async () => null };
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
  return { host: host || '127.0.0.1', port: Number(address.slice(at + 1)) };
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
