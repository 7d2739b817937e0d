/**
 * `wirecase capture` at the end of real pipes and PCAP-over-IP: tcpdump, ssh and socat on another host, whose link is cut. Every packet
 * that came is in a flow or in a named count, and a cut is a row.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Capture } from '@wirecase/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { node24, root } from '../../scripts/bootstrap/modules.mjs';
import { programPath } from '../../scripts/bootstrap/packages.mjs';
import { ApiServer } from '../api/api-server.ts';
import { Lan } from './lan.ts';
import { until } from './services.ts';

const run = promisify(execFile);
const cli = join(root, 'apps/cli/src/main.ts');
const sshPort = 2222;
const pcapPort = 57012;

interface Line {
  record: string;
  event: { start: string; end: string };
  source: { packets: number };
  destination: { packets: number };
  packets: number;
  non_flow: Record<string, number>;
  last_time: string;
  first_time: string;
  wirecase: { gap: { reason: string } };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const packetsOf = ({ source, destination }: Line) => source.packets + destination.packets;

// Only root may make namespaces and interfaces.
describe.skipIf(process.getuid?.() !== 0)('a capture that comes from another host', () => {
  let lan: Lan;
  let folder: string;
  const started: ChildProcess[] = [];
  beforeAll(async () => {
    lan = await Lan.lay();
    folder = await mkdtemp(join(tmpdir(), 'wirecase-remote-'));
    await layKeys();
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });
  afterAll(async () => {
    await lan.remove();
    await rm(folder, { recursive: true });
  });

  async function layKeys(): Promise<void> {
    for (const name of ['host', 'user']) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    const config = [
      `ListenAddress ${lan.victim.ip}:${sshPort}`,
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${join(folder, 'user.pub')}`,
      'StrictModes no\nUsePAM no\nPermitRootLogin yes\nPidFile none\n',
    ];
    await writeFile(join(folder, 'sshd_config'), config.join('\n'));
    await mkdir('/run/sshd', { recursive: true });
  }

  function keep(child: ChildProcess): ChildProcess {
    started.push(child);
    return child;
  }

  const ping = () => keep(lan.startOn(lan.attacker, 'ping', '-q', '-i', '0.05', lan.victim.ip));

  /** tcpdump on the other host, over ssh; its bytes are the standard output. */
  async function remoteTcpdump(...args: string[]): Promise<{ ssh: ChildProcess; bytes: Readable }> {
    keep(lan.startOn(lan.victim, programPath('sshd')!, '-D', '-f', join(folder, 'sshd_config')));
    await until('sshd', 60_000, () => answers(sshPort));
    const options = [
      '-i',
      join(folder, 'user'),
      '-p',
      String(sshPort),
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
    ];
    const command = ['tcpdump', '--immediate-mode', '-i', 'eth0', '-U', '-w', '-', ...args];
    const ssh = keep(
      spawn('ip', ['netns', 'exec', lan.attacker.namespace, 'ssh', ...options, `root@${lan.victim.ip}`, ...command], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    return { ssh, bytes: ssh.stdout! };
  }

  /** Whether somebody listens at the port of the other host. */
  const answers = (port: number) =>
    lan.on(lan.attacker, 'nc', '-z', lan.victim.ip, String(port)).then(
      () => true,
      () => null,
    );

  /** `wirecase capture` with what another tool says that it was given. `from`: its standard input. */
  function capture(args: readonly string[], from?: Readable, host?: string) {
    const command = [node24, '--disable-warning=ExperimentalWarning', cli, 'capture', ...args];
    const inside = host ? ['ip', 'netns', 'exec', host, ...command] : command;
    const child = keep(spawn(inside[0]!, inside.slice(1), { stdio: [from ? 'pipe' : 'ignore', 'pipe', 'pipe'] }));
    if (from) from.pipe(child.stdin!);
    const lines: Line[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => lines.push(JSON.parse(line) as Line));
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
    const of = (name: string) => lines.filter(({ record }) => record === name);
    return { child, lines, of, said: () => said, ended: once(child, 'close') };
  }

  test('tcpdump into a pipe: every packet that it counted', async () => {
    const tcpdump = keep(
      spawn('ip', ['netns', 'exec', lan.victim.namespace, 'tcpdump', '--immediate-mode', '-i', 'eth0', '-U', '-w', '-', '-c', '200']),
    );
    const { of, ended } = capture(['--stdin', '--records', 'flow,capture'], tcpdump.stdout!);
    ping();
    await until('tcpdump to have enough', 60_000, async () => {
      await lan.on(lan.attacker, 'nmap', '-n', '-Pn', '-sS', '-p1-20', lan.victim.ip);
      return tcpdump.exitCode === null ? null : true;
    });
    expect(await ended).toEqual([0, null]);
    expect(of('capture')).toMatchObject([{ packets: 200 }]);
    expect(sum(of('flow').map(packetsOf)) + sum(Object.values(of('capture')[0]!.non_flow))).toBe(200);
  });

  test('tcpdump over ssh, cut in the middle: every packet that had come', async () => {
    const { ssh, bytes } = await remoteTcpdump(`not port ${sshPort}`);
    const file = join(folder, 'came.pcap');
    const tee = keep(spawn('tee', [file], { stdio: ['pipe', 'pipe', 'ignore'] }));
    bytes.pipe(tee.stdin!);
    const { of, ended } = capture(['--stdin', '--records', 'flow,capture'], tee.stdout!);
    ping();
    await until('a hundred packets', 60_000, async () => ((await packetsIn(file)) >= 100 ? true : null));
    ssh.kill('SIGKILL');
    expect(await ended).toEqual([0, null]);
    const came = await packetsIn(file);
    expect(of('capture')).toMatchObject([{ packets: came }]);
    expect(sum(of('flow').map(packetsOf)) + sum(Object.values(of('capture')[0]!.non_flow))).toBe(came);
  });

  /** As capinfos counts, 0 before it is a capture; the last one may be cut. */
  async function packetsIn(file: string): Promise<number> {
    const { stdout } = await run('tshark', ['-n', '-r', file, '-T', 'fields', '-e', 'frame.number']).catch(
      (error: { stdout: string }) => error,
    );
    return stdout.split('\n').filter(Boolean).length;
  }

  test('tcpdump over ssh, sent to a server: its flows are in PostgreSQL', async () => {
    const server = await ApiServer.startSetUp();
    try {
      await server.startWorker();
      const { key } = await server.keys.create({ name: 'pipe', scopes: ['ingest'], ownerId: null, expiresAt: null });
      const { bytes } = await remoteTcpdump('-c', '100', 'icmp');
      const { lines, ended } = capture(['--stdin', '--to', server.url, '--key', key, '--name', 'router.pcap'], bytes);
      ping();
      expect(await ended).toEqual([0, null]);
      const { id } = lines[0] as unknown as Capture;
      const ready = await until('the capture to be parsed', 60_000, async () => {
        const found = await server.services.captures.get(id);
        return found.state === 'ready' ? found : null;
      });
      expect(ready).toMatchObject({ name: 'router.pcap', packets: 100 });
      const { rows } = await server.services.database.pool.query<{ n: string }>(
        'SELECT sum(source_packets + destination_packets)::text AS n FROM flow WHERE capture_id = $1',
        [id],
      );
      expect(rows).toEqual([{ n: '100' }]);
    } finally {
      await server.close();
    }
  });

  /** A PCAP-over-IP server. `once`: it goes away with its first connection, after so many packets. */
  function serve(what: { packets: number } | 'each that connects'): void {
    const [fork, limit] = what === 'each that connects' ? [',fork', ''] : ['', `-c ${what.packets} `];
    const tcpdump = `tcpdump --immediate-mode -i eth0 -U -w - ${limit}icmp`;
    keep(lan.startOn(lan.victim, 'socat', `TCP-LISTEN:${pcapPort},reuseaddr${fork}`, `EXEC:${tcpdump}`));
  }

  test('PCAP-over-IP: goes on when the server is back, one flow over the gap', async () => {
    const { child, of, said, ended } = capture(
      ['--connect', `${lan.victim.ip}:${pcapPort}`, '--reconnect', '--records', 'flow,gap,capture'],
      undefined,
      lan.attacker.namespace,
    );
    await until('that nobody is there yet', 60_000, async () => (said().includes('ECONNREFUSED') ? true : null));
    ping();
    serve({ packets: 60 });
    await until('the cut', 60_000, async () => (said().includes('The other side ended the connection.') ? true : null));
    serve({ packets: 40 });
    await until('the cut after it', 60_000, async () => (said().match(/The other side ended/g)?.length === 2 ? true : null));
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    const [before, after] = of('capture');
    expect([before!.packets, after!.packets]).toEqual([60, 40]);
    expect(of('flow').map(packetsOf)).toEqual([100]);
    expect(of('gap').map(({ event }) => event)).toEqual([{ start: before!.last_time, end: after!.first_time }]);
    expect(of('gap')[0]!.event.start < of('gap')[0]!.event.end).toBe(true);
  });

  test('PCAP-over-IP: a link that is dead without a word is noticed, and what comes after it is read', async () => {
    serve('each that connects');
    await until('the server', 60_000, () => answers(pcapPort));
    const { child, of, said, ended } = capture(
      ['--connect', `${lan.victim.ip}:${pcapPort}`, '--reconnect', '--format', 'ndjson'],
      undefined,
      lan.attacker.namespace,
    );
    ping();
    // A connection of its own for each that connects.
    await until('tcpdump to capture', 60_000, async () => ((await receivedOn(child)) > 5000 ? true : null));
    await run('ip', ['link', 'set', lan.port, 'down']);
    await until('the cut', 90_000, async () => (/ETIMEDOUT|EHOSTUNREACH/.test(said()) ? true : null));
    await run('ip', ['link', 'set', lan.port, 'up']);
    await until('packets after the cut', 60_000, async () => (of('gap').length > 0 ? true : null));
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(of('gap').map(({ wirecase }) => wirecase.gap.reason)).toMatchObject([expect.stringMatching(/ETIMEDOUT|EHOSTUNREACH/)]);
    const captures = of('capture');
    expect(captures.length).toBe(2);
    expect(sum(of('flow').map(packetsOf))).toBe(sum(captures.map(({ packets }) => packets)));
    expect(of('flow').length).toBe(1);
  });

  /** Bytes that its connection got, as the kernel counts. */
  async function receivedOn(child: ChildProcess): Promise<number> {
    const { stdout } = await lan.on(lan.attacker, 'ss', '-tinpH', `dport = :${pcapPort}`);
    const own = stdout.split('\n').findIndex((line) => line.includes(`pid=${child.pid},`));
    return Number(/bytes_received:(\d+)/.exec(stdout.split('\n')[own + 1] ?? '')?.[1] ?? 0);
  }
});
