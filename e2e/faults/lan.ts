/**
 * Two hosts of our own on a bridge of our own: network namespaces that nothing else reaches. One port of the bridge is here, to capture
 * from. As root, with `ip`.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { removeLeftovers } from './leftovers.ts';

const execFileAsync = promisify(execFile);
const run = (...[file, ...args]: [string, ...string[]]) => execFileAsync(file, args);

export interface Host {
  namespace: string;
  ip: string;
}

export class Lan {
  readonly attacker: Host;
  readonly victim: Host;
  /** Sees everything between the two. */
  readonly port: string;
  private readonly bridge: string;

  private constructor(name: string) {
    this.attacker = { namespace: `wc-${name}x`, ip: '10.77.0.66' };
    this.victim = { namespace: `wc-${name}y`, ip: '10.77.0.2' };
    this.port = `wc${name}y`;
    this.bridge = `wc${name}br`;
  }

  static async lay(): Promise<Lan> {
    await removeLeftovers();
    const lan = new Lan(String(process.pid));
    await run('ip', 'link', 'add', lan.bridge, 'type', 'bridge');
    await quiet(lan.bridge);
    await run('ip', 'link', 'set', lan.bridge, 'up');
    for (const host of [lan.attacker, lan.victim]) await lan.join(host);
    return lan;
  }

  /** Run a program on the host. */
  on(host: Host, ...command: [string, ...string[]]): Promise<{ stdout: string }> {
    return run('ip', 'netns', 'exec', host.namespace, ...command);
  }

  /** Give the host another address. */
  async address(host: Host, ip: string): Promise<string> {
    await run('ip', '-n', host.namespace, 'address', 'add', `${ip}/24`, 'dev', 'eth0');
    return ip;
  }

  /** Start a program on the host; the caller ends it. */
  startOn(host: Host, ...command: [string, ...string[]]): ChildProcess {
    return spawn('ip', ['netns', 'exec', host.namespace, ...command], { stdio: 'ignore' });
  }

  async remove(): Promise<void> {
    for (const { namespace } of [this.attacker, this.victim]) {
      // By itself it would go some time after its namespace, and be in the way of the next test's.
      await run('ip', 'link', 'del', nearOf(namespace));
      await run('ip', 'netns', 'del', namespace);
    }
    await run('ip', 'link', 'del', this.bridge);
  }

  private async join({ namespace, ip }: Host): Promise<void> {
    const near = nearOf(namespace);
    await run('ip', 'netns', 'add', namespace);
    await run('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    await quiet(near);
    await run('ip', 'link', 'set', near, 'master', this.bridge, 'up');
    const inside = (...args: string[]) => run('ip', '-n', namespace, ...args);
    await run('ip', 'netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1');
    await inside('address', 'add', `${ip}/24`, 'dev', 'eth0');
    for (const device of ['lo', 'eth0']) await inside('link', 'set', device, 'up');
  }
}

/** The interface here that leads to a namespace. */
function nearOf(namespace: string): string {
  return namespace.replace('-', '');
}

/** Without IPv6 the kernel says nothing by itself. */
function quiet(name: string): Promise<unknown> {
  return run('sysctl', '-qw', `net.ipv6.conf.${name}.disable_ipv6=1`);
}
