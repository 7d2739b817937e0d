import { access, constants, readdir, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { userId } from './threads.ts';

/** Programs the sandbox is made of, found on PATH, and what of the system tshark needs to see. */
export interface Tools {
  tshark: string;
  /** Converts captures; in Debian it comes with tshark. */
  editcap: string | null;
  yara: string | null;
  bwrap: string;
  prlimit: string;
  timeout: string;
  /** Only when running as root: drops to the dissection user first. */
  setpriv: string | null;
  /** User that the sandbox runs as: the dissection user for root, else ourselves. */
  uid: number;
  /** Runs the sandbox's proofs. */
  perl: string;
  tsharkVersion: string;
  /** Folders with shared libraries and Wireshark's data, bound read-only at the same path. */
  sharedLibraryDirectories: string[];
  dataDirectories: string[];
}

const ADMINISTRATOR_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/** User without rights that root becomes before anything else runs; the start script makes it. */
export const dissectionUser = 'wc-dissect';

/** Find everything or say what is missing and how to get it. */
export async function findTools(environment: NodeJS.ProcessEnv = process.env): Promise<Tools | { missing: string[]; advice: string }> {
  const directories = [...(environment['PATH'] ?? '').split(delimiter), ...ADMINISTRATOR_DIRECTORIES].filter((path) =>
    path.startsWith('/'),
  );
  const isRoot = process.getuid?.() === 0;
  const names = ['tshark', 'bwrap', 'prlimit', 'timeout', 'perl', ...(isRoot ? ['setpriv'] : [])];
  const found = new Map<string, string>();
  for (const name of names) {
    const path = await findProgram(name, directories);
    if (path) found.set(name, path);
  }
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) {
    return { missing, advice: 'install the Debian packages tshark, bubblewrap, util-linux, coreutils and perl-base' };
  }
  const uid = isRoot ? await userId(dissectionUser) : process.getuid!();
  if (uid === null)
    return { missing: [`the user ${dissectionUser}`], advice: `run: useradd --system --shell /usr/sbin/nologin ${dissectionUser}` };
  const tshark = found.get('tshark')!;
  return {
    uid,
    tshark,
    editcap: await findProgram('editcap', directories),
    yara: await findProgram('yara', directories),
    bwrap: found.get('bwrap')!,
    prlimit: found.get('prlimit')!,
    timeout: found.get('timeout')!,
    perl: found.get('perl')!,
    setpriv: found.get('setpriv') ?? null,
    tsharkVersion: await versionOf(tshark),
    sharedLibraryDirectories: await sharedLibraryDirectories(),
    dataDirectories: await existing(['/usr/share/wireshark']),
  };
}

async function findProgram(name: string, directories: readonly string[]): Promise<string | null> {
  for (const directory of directories) {
    const path = join(directory, name);
    try {
      await access(path, constants.X_OK);
      return await realpath(path);
    } catch {
      // not in this folder
    }
  }
  return null;
}

/** tshark prints `TShark (Wireshark) 4.0.17 (Git …)` first. Only its version is asked; no capture is opened outside the sandbox. */
async function versionOf(tshark: string): Promise<string> {
  const { stdout } = await execa(tshark, ['--version'], { timeout: 10_000, maxBuffer: 65_536, reject: false, env: { LC_ALL: 'C.UTF-8' } });
  return /\b(\d+\.\d+\.\d+)\b/.exec(stdout)?.[1] ?? 'unknown';
}

/** Debian keeps libraries in a folder per architecture (`/usr/lib/x86_64-linux-gnu`); others use /usr/lib64. */
async function sharedLibraryDirectories(): Promise<string[]> {
  const multiarch = (await readdir('/usr/lib')).filter((name) => name.endsWith('-linux-gnu')).map((name) => `/usr/lib/${name}`);
  return existing([...multiarch, '/usr/lib64']);
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  for (const path of paths) {
    try {
      await access(path, constants.R_OK);
      kept.push(path);
    } catch {
      // this distribution has none
    }
  }
  return kept;
}
