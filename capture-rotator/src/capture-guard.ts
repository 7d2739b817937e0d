/**
 * What bounds the ring while no rotator lives: a shell beside the capture program, which outlives its rotator as that does. Told every two
 * seconds that a rotator lives it does nothing; else it ends the program before the disk is full, and when the ring's files, which nobody
 * takes away, are as many as the budget allows. Why is its word among what the program says, where the next rotator finds it.
 */
import { execFile, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { unprivileged } from './capture-program.ts';

/** What may be written without a rotator. */
export interface GuardBounds {
  budgetBytes: number;
  leastFreeBytes: number;
}

export interface GuardedRun {
  pid: number;
  /** Clock ticks after boot at which it was started: its number may be another process's by now. */
  startedTicks: string;
  /** The guard's working directory. */
  directory: string;
  /** The file that takes what the program says. */
  said: string;
}

/** Longer than a busy rotator stays silent, and then how often it looks. */
const patienceSeconds = 10;
const lookSeconds = 2;

const script = `
pid=$1 ticks=$2 most=$3 least=$4 patience=$5 look=$6
lives() {
  { read -r stat < "/proc/$pid/stat"; } 2> /dev/null || return 1
  set -- \${stat##*) }
  [ "\${20}" = "$ticks" ]
}
wait=$patience
while lives; do
  if [ -n "$(timeout "$wait" dd bs=4096 count=1 2> /dev/null)" ]; then wait=$patience; continue; fi
  wait=$look
  free=$(($(stat -f -c '%a * %S' .)))
  files=$(du -sb . | cut -f 1)
  if [ "$free" -lt "$least" ]; then why='no space on the disk'
  elif [ "$files" -gt "$most" ]; then why='the files of the ring reached its budget'
  else continue; fi
  lives || break
  echo "$why while no rotator ran" >&2
  kill -TERM "$pid"; sleep 5
  lives && kill -KILL "$pid"
done`;

/** Tell the run's guard that a rotator lives; where there is none it is started. Throws what the file system throws. */
export async function reassureGuard(run: GuardedRun, bounds: GuardBounds): Promise<void> {
  if (!(await tell(run))) await startGuard(run, bounds);
}

/** The run has ended: its guard looks for it at once, and ends too. */
export async function dismissGuard(run: GuardedRun): Promise<void> {
  await tell(run);
}

/** Beside the directory, not in it: that one belongs to the capture user. */
const pipePath = ({ directory }: GuardedRun) => `${directory}.guard`;

/** False: nobody listens. */
async function tell(run: GuardedRun): Promise<boolean> {
  try {
    const pipe = await open(pipePath(run), constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      await pipe.write('.');
    } finally {
      await pipe.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code!;
    if (['ENOENT', 'ENXIO', 'EPIPE'].includes(code)) return false;
    if (code !== 'EAGAIN') throw error; // full: it listens, but is slow
  }
  return true;
}

async function startGuard(run: GuardedRun, { budgetBytes, leastFreeBytes }: GuardBounds): Promise<void> {
  const path = pipePath(run);
  await promisify(execFile)('mkfifo', ['-m', '600', path]).catch((error: Error) => {
    if (!error.message.includes('File exists')) throw error;
  });
  // Open for both: it does not wait for the other end, and what is told stays when the teller has closed it.
  const pipe = openSync(path, 'r+');
  const said = openSync(run.said, 'a', 0o640);
  try {
    const numbers = [run.pid, run.startedTicks, budgetBytes, Math.floor(leastFreeBytes), patienceSeconds, lookSeconds].map(String);
    const [file, args] = unprivileged('sh', ['-c', script, 'guard', ...numbers], process.getuid!(), null, []);
    const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
    const child = spawn(file, args, { cwd: run.directory, stdio: [pipe, 'ignore', said], detached: true, env });
    // One that cannot be started listens to nothing: the next time says so.
    child.once('error', () => undefined);
    child.unref();
  } finally {
    closeSync(pipe);
    closeSync(said);
  }
}
