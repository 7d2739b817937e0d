/** What test runs leave that were killed: network namespaces, and interfaces whose addresses would be in the way of the next one. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Names of ours hold the process id of the run: `wc-123x`, `wc123br`, `wcf123`. */
const ours = /^wc(?:-?(\d+)(?:[xyab]|br)|-(\d+)|[ftu](\d+))$/;

/** Whether the name is that of a run which is over. */
export function isLeftOver(name: string, isAlive: (pid: number) => boolean): boolean {
  const pid = ours
    .exec(name)
    ?.slice(1)
    .find((digits) => digits !== undefined);
  return pid !== undefined && !isAlive(Number(pid));
}

/** As root, with `ip`. */
export async function removeLeftovers(): Promise<void> {
  const { stdout: namespaces } = await run('ip', ['netns', 'list']);
  const { stdout: links } = await run('ip', ['-json', 'link', 'show']);
  const stale = (names: readonly string[]) => names.filter((name) => isLeftOver(name, isRunning));
  // Somebody else may remove the same ones now; and the first end of a pair takes the other along.
  const remove = (...args: string[]) => run('ip', args).catch(() => undefined);
  for (const name of stale(namespaces.split('\n').map((line) => line.split(' ')[0]!))) await remove('netns', 'del', name);
  for (const name of stale((JSON.parse(links) as { ifname: string }[]).map(({ ifname }) => ifname))) await remove('link', 'del', name);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
