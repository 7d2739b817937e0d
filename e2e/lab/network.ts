/**
 * Namespaces of this run around a bridge that is a hub: it forgets every address at once, so that each frame reaches every port and the
 * sensor sees all. Nothing outside these namespaces is touched; `close` ends what runs in them and removes them.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const MAX_PACKETS = 400_000;
const MAX_SECONDS = 900;

export class Network {
  /** For configuration and logs of services. */
  readonly directory = mkdtempSync(join(tmpdir(), 'lab-'));
  private readonly prefix = `wl${process.pid.toString(36)}`;
  private readonly names: string[] = [];
  private readonly children = new Set<ChildProcess>();

  constructor() {
    this.open('hub');
    this.ip('hub', 'link add hub0 type bridge ageing_time 0 stp_state 0 mcast_snooping 0');
    this.exec('hub', ['sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1']);
    this.ip('hub', 'link set hub0 up');
    this.ip('hub', 'link add sensor type veth peer name port-sensor');
    this.ip('hub', 'link set port-sensor master hub0');
    for (const name of ['sensor', 'port-sensor']) this.ip('hub', `link set ${name} up`);
    this.ip('hub', 'link set sensor promisc on');
  }

  /** A host on the hub; `addresses` with their prefix lengths. */
  addHost(host: string, mac: string, addresses: readonly string[], mtu: number, ttl: number): void {
    this.open(host);
    this.exec(host, [
      'sysctl',
      '-qw',
      `net.ipv4.ip_default_ttl=${ttl}`,
      `net.ipv6.conf.default.hop_limit=${ttl}`,
      'net.ipv6.conf.all.accept_dad=0',
      'net.ipv6.conf.default.accept_dad=0',
      'net.ipv6.conf.default.router_solicitations=0',
      // What one attack advertises is not to change how hosts take part in the next.
      'net.ipv6.conf.default.accept_ra=0',
    ]);
    this.ip('hub', `link add port-${host} type veth peer name eth0 address ${mac} netns ${this.namespace(host)}`);
    this.ip('hub', `link set port-${host} master hub0 up`);
    this.plug(host, 'eth0', addresses, mtu);
  }

  /** A link of its own between two hosts, `eth1` of the first and `eth0` of the second, which is made. */
  addBehind(router: string, routerAddress: string, host: string, addresses: readonly string[]): void {
    this.open(host);
    this.exec(router, ['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
    this.ip(router, `link add eth1 type veth peer name eth0 netns ${this.namespace(host)}`);
    this.plug(router, 'eth1', [routerAddress], 1500);
    this.plug(host, 'eth0', addresses, 1500);
    this.ip(host, `route add default via ${routerAddress.split('/')[0]}`);
  }

  /** `ip` in the namespace of a host. */
  ip(host: string, args: string): void {
    execFileSync('ip', ['-n', this.namespace(host), ...args.split(' ')], { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** Run a program of a host to its end; throws when it fails. */
  exec(host: string, argv: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.namespace(host), ...argv], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Start a program on a host. Its output is dropped. */
  start(host: string, argv: readonly string[], onError: 'inherit' | 'ignore' = 'ignore'): ChildProcess {
    const options = {
      stdio: ['ignore', 'ignore', onError] as ['ignore', 'ignore', 'inherit' | 'ignore'],
      cwd: this.directory,
      detached: true,
    };
    const child = spawn('ip', ['netns', 'exec', this.namespace(host), ...argv], options);
    this.children.add(child);
    child.on('exit', () => this.children.delete(child));
    child.on('error', (error) => console.error(`${argv[0]}: ${error.message}`));
    return child;
  }

  /** Run programs at once until all have ended or `seconds` have passed. */
  async runAll(jobs: readonly { host: string; argv: readonly string[] }[], seconds: number): Promise<void> {
    const running = jobs.map(({ host, argv }) => this.start(host, argv));
    const ended = Promise.all(running.map((child) => new Promise((resolve) => child.on('exit', resolve))));
    const timer = setTimeout(() => running.forEach((child) => end(child, 'SIGINT')), seconds * 1000);
    const killer = setTimeout(() => running.forEach((child) => end(child, 'SIGKILL')), seconds * 1000 + 4000);
    await ended;
    clearTimeout(timer);
    clearTimeout(killer);
  }

  /** Wait until a port of a host listens. */
  async listening(host: string, port: number): Promise<void> {
    for (let i = 0; i < 200; i++) {
      if (this.exec(host, ['ss', '-Hlntu', `sport = :${port}`]) !== '') return;
      await pause(0.05);
    }
    throw new Error(`Nothing listens at port ${port} of ${host}.`);
  }

  /** Capture at the sensor until the function that is given has been called. */
  async capture(path: string): Promise<() => Promise<void>> {
    const bounds = ['-c', String(MAX_PACKETS), '-a', `duration:${MAX_SECONDS}`];
    const child = this.start('hub', ['dumpcap', '-q', '-P', '-B', '64', '-i', 'sensor', '-w', path, ...bounds]);
    const ended = new Promise((resolve) => child.on('exit', resolve));
    while (!existsSync(path) || statSync(path).size < 24) await pause(0.05);
    await pause(0.2);
    return async () => {
      await pause(1);
      child.kill('SIGINT');
      await ended;
    };
  }

  /** End what was started and remove the namespaces. May be called twice. */
  close(): void {
    for (const child of this.children) end(child, 'SIGTERM');
    for (const name of this.names.splice(0)) {
      const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
      for (const pid of stdout.split('\n').filter((line) => line !== '')) kill(Number(pid));
      spawnSync('ip', ['netns', 'del', name]);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  private open(host: string): void {
    execFileSync('ip', ['netns', 'add', this.namespace(host)]);
    this.names.push(this.namespace(host));
    this.ip(host, 'link set lo up');
  }

  private plug(host: string, device: string, addresses: readonly string[], mtu: number): void {
    // Without offloading, packets have their real sizes and checksums.
    this.exec(host, ['ethtool', '-K', device, 'tx', 'off', 'tso', 'off', 'gso', 'off', 'gro', 'off']);
    this.ip(host, `link set ${device} mtu ${mtu} up`);
    for (const address of addresses) this.ip(host, `address add ${address} dev ${device}${address.includes(':') ? ' nodad' : ''}`);
  }

  private namespace(host: string): string {
    return `${this.prefix}-${host}`;
  }
}

export function isInstalled(program: string): boolean {
  const folders = `${process.env['PATH']}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter);
  return folders.some((folder) => existsSync(join(folder, program)));
}

export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** End a program and what it started. */
export function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && child.exitCode === null) kill(-child.pid, signal);
}

/** A process of a namespace of this run; it may have ended by itself. */
function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
