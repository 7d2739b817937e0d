import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
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

  it.each([
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
