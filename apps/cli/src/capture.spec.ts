import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';

const cli = new URL('main.ts', import.meta.url).pathname;
const trace = new URL('../../../e2e/traces/nmap-syn.pcap', import.meta.url).pathname;
const bytes = readFileSync(trace);

let child: ChildProcess | null = null;
afterEach(() => child?.kill('SIGKILL'));

function start(...args: string[]) {
  const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', cli, 'capture', ...args]);
  child = started;
  const lines: Record<string, unknown>[] = [];
  const reading = createInterface({ input: started.stdout });
  reading.on('line', (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  const said: string[] = [];
  started.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  return { started, lines, said, next: () => once(reading, 'line'), ended: once(started, 'close') };
}

/** The trace as a capture of its first `packets` packets, and one of the others. */
function splitAfter(packets: number): [Buffer, Buffer] {
  const headerBytes = 24;
  let at = headerBytes;
  for (let packet = 0; packet < packets; packet++) at += 16 + bytes.readUInt32LE(at + 8);
  return [bytes.subarray(0, at), Buffer.concat([bytes.subarray(0, headerBytes), bytes.subarray(at)])];
}

/** A PCAP-over-IP server that answers each connection by the next of `answers`, and then no more. */
async function serve(...answers: ((socket: Socket) => void)[]): Promise<string> {
  const server = createServer((socket) => {
    answers.shift()!(socket);
    if (answers.length === 0) server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('wirecase capture', () => {
  it('tells an alert while the pipe is still open, and everything when it ends', async () => {
    const { started, lines, next, ended } = start('--stdin', '--records', 'alert,flow,capture');
    started.stdin.write(bytes.subarray(0, bytes.length - 100));
    await next();
    expect(lines[0]).toMatchObject({ record: 'alert', rule: { id: 'port-scan' } });
    started.stdin.end(bytes.subarray(bytes.length - 100));
    expect(await ended).toEqual([0, null]);
    expect(lines.at(-1)).toMatchObject({ record: 'capture', path: 'standard input', size: bytes.length });
    const ids = lines
      .filter(({ record }) => record === 'alert')
      .map((row) => JSON.stringify((row['wirecase'] as { alert: { id: string } }).alert.id));
    expect(new Set(ids).size).toBe(1);
  });

  it('reads from a PCAP-over-IP server', async () => {
    const server = createServer((socket) => socket.end(bytes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { lines, ended } = start('--connect', `127.0.0.1:${port}`, '--records', 'capture');
    expect(await ended).toEqual([0, null]);
    server.close();
    expect(lines).toMatchObject([{ record: 'capture', size: bytes.length }]);
  });

  it('goes on when a PCAP-over-IP server is back: flows and alerts over the cut, which is a row', async () => {
    const [before, after] = splitAfter(110);
    const server = await serve(
      (socket) => socket.end(before),
      (socket) => socket.end('<html>this is no capture</html>'),
      (socket) => socket.end('hi'),
      (socket) => socket.write(after),
    );
    const { started, lines, said, next, ended } = start('--connect', server, '--reconnect', '--records', 'alert,flow,gap,capture');
    while (!lines.some(({ record }) => record === 'gap')) await next();
    started.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(said.join('')).toContain('The other side ended the connection.');
    const of = <T>(name: string) => lines.filter(({ record }) => record === name) as T[];
    expect(of('capture')).toMatchObject([
      { packets: 110, size: before.length },
      { packets: 101, size: after.length },
    ]);
    const [first, second] = of<{ first_time: string; last_time: string }>('capture');
    expect(of('gap')).toMatchObject([{ event: { start: first!.last_time, end: second!.first_time } }]);
    type Flow = { source: { packets: number }; destination: { packets: number }; wirecase: { flow: { id: string } } };
    const flows = of<Flow>('flow');
    expect(new Set(flows.map(({ wirecase }) => wirecase.flow.id)).size).toBe(flows.length);
    // And four of ARP.
    expect(flows.reduce((sum, { source, destination }) => sum + source.packets + destination.packets, 0)).toBe(211 - 4);
    expect(new Set(of<{ wirecase: { alert: { id: string } } }>('alert').map(({ wirecase }) => wirecase.alert.id)).size).toBe(1);
  });

  it('tells everything that came before a connection was cut', async () => {
    const server = await serve((socket) => socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 500)));
    const { lines, said, ended } = start('--connect', server, '--records', 'capture');
    expect(await ended).toEqual([0, null]);
    expect(lines).toMatchObject([{ record: 'capture', packets: 211 }]);
    expect(said.join('')).toContain('ECONNRESET');
  });

  it('waits for one that connects over PCAP-over-IP, and refuses who may not', async () => {
    const { lines, said, started, ended } = start('--listen', '0', '--allow', '127.0.0.2', '--records', 'capture');
    await once(started.stderr, 'data');
    const port = Number(/at port (\d+)/.exec(said.join(''))![1]);
    const stranger = connect({ port, host: '127.0.0.1' });
    await once(stranger, 'close');
    expect(said.join('')).toContain('127.0.0.1 is refused');
    const friend = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
    friend.end(bytes);
    expect(await ended).toEqual([0, null]);
    expect(lines).toMatchObject([{ record: 'capture', size: bytes.length }]);
  });

  it('is the end of a remote pipe: what tcpdump writes to standard output, in whatever pieces', async () => {
    const pipe = `tail -c +1 ${trace} | dd bs=777 status=none | ${process.execPath} --disable-warning=ExperimentalWarning ${cli} capture --stdin --records capture`;
    const shell = spawn('sh', ['-c', pipe]);
    child = shell;
    const [line] = (await once(createInterface({ input: shell.stdout }), 'line')) as [string];
    expect(JSON.parse(line)).toMatchObject({ record: 'capture', size: bytes.length });
  });

  it('says that a few bytes are no capture', async () => {
    const { started, said, ended } = start('--stdin');
    started.stdin.end('hi');
    expect(await ended).toEqual([2, null]);
    expect(said.join('')).toMatch(/^wirecase capture: ./);
  });

  it('sends what comes in to a server in one request, while it comes', async () => {
    const taken: Buffer[] = [];
    const server = createHttpServer((request, response) => {
      request.on('data', (piece: Buffer) => taken.push(piece));
      request.on('end', () => response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"id":"1","state":"stored"}'));
      expect(request.headers.authorization).toBe('Bearer k');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { started, lines, ended } = start('--stdin', '--to', `http://127.0.0.1:${port}`, '--key', 'k', '--name', 'far "end".pcap');
    started.stdin.write(bytes.subarray(0, 1000));
    await expect.poll(() => Buffer.concat(taken).length, { timeout: 10_000 }).toBeGreaterThan(1000);
    started.stdin.end(bytes.subarray(1000));
    expect(await ended).toEqual([0, null]);
    server.close();
    expect(lines).toEqual([{ id: '1', state: 'stored' }]);
    const body = Buffer.concat(taken);
    expect(body.includes(bytes)).toBe(true);
    expect(body.subarray(0, 200).toString()).toContain('filename="far _end_.pcap"');
  });

  it.each([
    [['--listen', '0', '--allow', '10.0.0.0/99'], 'no network'],
    [['--stdin', '--to', 'http://127.0.0.1:1', '--key', ''], 'API key'],
    [['--connect', '127.0.0.1:1', '--to', 'http://127.0.0.1:59999', '--key', 'k'], 'ECONNREFUSED'],
    [['--connect', 'router'], 'router has no port'],
    [['--stdin', '--reconnect'], '--reconnect goes with'],
    [[], 'Give one of'],
    [['--stdin', '--interface', 'lo'], 'Give one of'],
    [['--interface', 'nosuch0'], 'nosuch0'],
    [['--connect', '127.0.0.1:1'], 'ECONNREFUSED'],
  ])('says what is wrong with %j, and exits 2', async (args, words) => {
    const { said, ended } = start(...args);
    expect(await ended).toEqual([2, null]);
    expect(said.join('')).toContain(words);
  });
});
