/**
 * Our files beside tshark's: `npm run bench files FOLDER`. Every object that `tshark --export-objects` writes for HTTP, SMB, TFTP, mails and
 * FTP is looked for among the files of the same capture, by SHA-256. Prints for each protocol how many are equal, how many have only the name
 * in common, how many are not ours, then those; and how many whole files are ours alone.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { FlowRow } from '@wirecase/contract';
import { Analyzer, type FileRow } from '@wirecase/engine';
import { openCapture } from '@wirecase/store/capture-source';
import { nodePlatform } from '@wirecase/store/platform';

const run = promisify(execFile);
/** tshark's name of the objects, and ours of the protocols that carry them. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  http: ['http'],
  smb: ['smb'],
  tftp: ['tftp'],
  imf: ['smtp', 'imap', 'pop3'],
  'ftp-data': ['ftp'],
};
/** Protocols in which tshark may find objects. */
const carriers = new Set(['http', 'smb', 'tftp', 'smtp', 'imap', 'pop3', 'ftp', 'ftp-data']);
const captureName = /\.(pcap|pcapng|cap)$/;

interface Count {
  equal: number;
  named: number;
  missing: number;
  alone: number;
}

const [folder] = process.argv.slice(2);
if (!folder) {
  process.stderr.write('Usage: npm run bench files FOLDER\n');
  process.exit(2);
}

const counts = new Map<string, Count>(Object.keys(kinds).map((kind) => [kind, { equal: 0, named: 0, missing: 0, alone: 0 }]));
const differences: string[] = [];

for (const path of (await readdir(folder, { recursive: true })).filter((name) => captureName.test(name)).sort()) {
  const ours = await filesOf(join(folder, path));
  if (ours) await compare(relative(folder, join(folder, path)), ours);
}
for (const [kind, { equal, named, missing, alone }] of counts)
  process.stdout.write(`${kind.padEnd(10)} equal ${equal}, only the name ${named}, not ours ${missing}, whole files ours alone ${alone}\n`);
process.stdout.write(differences.join(''));

/** Our files; null when nothing in the capture may carry one, or it cannot be read. */
async function filesOf(path: string): Promise<FileRow[] | null> {
  const files: FileRow[] = [];
  let mayCarry = false;
  const analyzer = new Analyzer({
    platform: nodePlatform,
    captureSha256: new Uint8Array(32),
    options: { alerts: false, collapse: false },
    sink: {
      record(type, row) {
        if (type.name === 'file') files.push(row as unknown as FileRow);
        else if (type.name === 'flow') mayCarry ||= (row as unknown as FlowRow).protocols.some((name) => carriers.has(name));
      },
    },
  });
  try {
    for await (const chunk of (await openCapture(path)).chunks()) analyzer.push(chunk);
    analyzer.finish();
  } catch (error) {
    process.stderr.write(`${path}: ${(error as Error).message}\n`);
    return null;
  }
  return mayCarry ? files : null;
}

async function compare(capture: string, ours: readonly FileRow[]): Promise<void> {
  const output = await mkdtemp(join(tmpdir(), 'wirecase-objects-'));
  try {
    const options = Object.keys(kinds).flatMap((kind) => ['--export-objects', `${kind},${join(output, kind)}`]);
    await run('tshark', ['-r', join(folder!, capture), '-Q', ...options], { timeout: 120_000 }).catch((error: Error) =>
      process.stderr.write(`tshark on ${capture}: ${error.message.split('\n', 1)[0]}\n`),
    );
    for (const [kind, protocols] of Object.entries(kinds)) {
      const candidates = ours.filter(({ sourceProtocol }) => protocols.includes(sourceProtocol));
      await compareKind(capture, kind, join(output, kind), candidates);
    }
  } finally {
    await rm(output, { recursive: true });
  }
}

async function compareKind(capture: string, kind: string, objects: string, ours: readonly FileRow[]): Promise<void> {
  const count = counts.get(kind)!;
  const known = new Map(ours.flatMap((file) => (file.sha256 === null ? [] : [[file.sha256, file] as const])));
  const theirs = new Set<string>();
  for (const name of await readdir(objects).catch(() => [])) {
    const bytes = await readFile(join(objects, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    theirs.add(sha256);
    if (known.has(sha256)) {
      count.equal++;
      continue;
    }
    const plain = decodeURIComponent(name.replace(/%(?![0-9a-f]{2})/gi, '%25'));
    const same = ours.find((file) => file.name !== null && plain.includes(file.name));
    if (same) count.named++;
    else count.missing++;
    const as = same ? `${same.size} bytes, ${same.fault ?? 'whole'}` : '-';
    differences.push(`${kind} ${capture} ${name}: ${bytes.length} bytes; ours: ${as}\n`);
  }
  count.alone += ours.filter(({ complete, sha256 }) => complete && !theirs.has(sha256!)).length;
}
