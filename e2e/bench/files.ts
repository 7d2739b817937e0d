/**
 * Our files beside tshark's: `npm run bench files FOLDER`. Every object that `tshark --export-objects` writes for HTTP, SMB, TFTP, mails and
 * FTP is looked for among the files of the same capture, by SHA-256. Prints for each protocol how many there are, how many are equal, how many
 * are not for a reason that docs/differences.md names, how many for none, and how many whole files are ours alone; then the reasons with
 * how many objects each and one of them, and every object without a reason.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { type FlowRow, formatIp } from '@wirecase/contract';
import { Analyzer, type FileRow } from '@wirecase/engine';
import { openCapture } from '@wirecase/store/capture-source';
import { nodePlatform } from '@wirecase/store/platform';
import { type OurFile, plain, reasonOf } from './files-reasons.ts';

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

/** What our files of one capture are kept of, to tell reasons. */
const maxKeptBytes = 256 * 1024 * 1024;

interface Count {
  equal: number;
  explained: number;
  unexplained: number;
  alone: number;
}

/** What we say of a capture. */
interface Ours {
  files: { row: FileRow; bytes: Buffer }[];
  pipes: Set<string>;
  hasBodiless: boolean;
  /** Flows that are HTTP by content: `ip:port` of both ends, in order. */
  http: Set<string>;
}

const [folder] = process.argv.slice(2);
if (!folder) {
  process.stderr.write('Usage: npm run bench files FOLDER\n');
  process.exit(2);
}

const counts = new Map<string, Count>(Object.keys(kinds).map((kind) => [kind, { equal: 0, explained: 0, unexplained: 0, alone: 0 }]));
const known = new Map<string, { count: number; example: string }>();
const unexplained: string[] = [];

for (const path of (await readdir(folder, { recursive: true })).filter((name) => captureName.test(name)).sort()) {
  const ours = await filesOf(join(folder, path));
  if (ours) await compare(relative(folder, join(folder, path)), ours);
}
for (const [kind, { equal, explained, unexplained: others, alone }] of counts)
  process.stdout.write(
    `${kind.padEnd(10)} objects ${equal + explained + others}: equal ${equal}, for a known reason not ${explained}, otherwise ${others}; whole files ours alone ${alone}\n`,
  );
for (const [reason, { count, example }] of [...known].sort((a, b) => b[1].count - a[1].count))
  process.stdout.write(`  ${count} objects: ${reason}\n    as ${example}\n`);
process.stdout.write(unexplained.join(''));

/** Our files; null when nothing in the capture may carry one, or it cannot be read. */
async function filesOf(path: string): Promise<Ours | null> {
  const ours: Ours = { files: [], pipes: new Set(), hasBodiless: false, http: new Set() };
  let mayCarry = false;
  let keptBytes = 0;
  const ended: { row: FileRow; bytes: Buffer }[] = [];
  const analyzer = new Analyzer({
    platform: nodePlatform,
    captureSha256: new Uint8Array(32),
    options: { alerts: false, collapse: false },
    files: {
      begin() {
        const pieces: Buffer[] = [];
        return {
          data(bytes) {
            keptBytes += bytes.length;
            if (keptBytes < maxKeptBytes) pieces.push(Buffer.from(bytes));
          },
          end: (row) => void ended.push({ row, bytes: Buffer.concat(pieces) }),
        };
      },
    },
    sink: {
      record(type, row) {
        const { filename, shareType, namedPipe, statusCode } = row as unknown as Record<string, string | number | null>;
        if (type.name === 'flow') mayCarry = flow(row as unknown as FlowRow, ours) || mayCarry;
        else if (type.name === 'smb' && shareType === 'PIPE' && filename) ours.pipes.add(plain(String(filename)));
        else if (type.name === 'dce_rpc' && namedPipe) ours.pipes.add(plain(String(namedPipe)));
        else if (type.name === 'http') ours.hasBodiless ||= statusCode === 204 || statusCode === 304;
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
  ours.files = ended;
  return mayCarry ? ours : null;
}

/** Whether a flow may carry files; notes those of HTTP. */
function flow({ protocols, identifiedBy, sourceIp, sourcePort, destinationIp, destinationPort }: FlowRow, { http }: Ours): boolean {
  if (protocols.includes('http') && identifiedBy === 'content')
    http.add(endsOf(formatIp(sourceIp), sourcePort ?? 0, formatIp(destinationIp), destinationPort ?? 0));
  return protocols.some((name) => carriers.has(name));
}

function endsOf(ip: string, port: number | string, otherIp: string, otherPort: number | string): string {
  return [`${ip} ${port}`, `${otherIp} ${otherPort}`].sort().join(' ');
}

async function compare(capture: string, ours: Ours): Promise<void> {
  const output = await mkdtemp(join(tmpdir(), 'wirecase-objects-'));
  try {
    const options = Object.keys(kinds).flatMap((kind) => ['--export-objects', `${kind},${join(output, kind)}`]);
    await run('tshark', ['-r', join(folder!, capture), '-Q', ...options], { timeout: 120_000 }).catch((error: Error) =>
      process.stderr.write(`tshark on ${capture}: ${error.message.split('\n', 1)[0]}\n`),
    );
    for (const kind of Object.keys(kinds)) await compareKind(capture, kind, join(output, kind), ours);
  } finally {
    await rm(output, { recursive: true });
  }
}

async function compareKind(capture: string, kind: string, objects: string, ours: Ours): Promise<void> {
  const count = counts.get(kind)!;
  const files = ours.files.filter(({ row }) => kinds[kind]!.includes(row.sourceProtocol));
  const own = new Set(files.map(({ row }) => row.sha256));
  const theirs = new Set<string>();
  const others: { name: string; bytes: Buffer }[] = [];
  for (const name of (await readdir(objects).catch(() => [])).sort()) {
    const bytes = await readFile(join(objects, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    theirs.add(sha256);
    if (own.has(sha256)) count.equal++;
    else others.push({ name, bytes });
  }
  count.alone += files.filter(({ row }) => row.complete && !theirs.has(row.sha256!)).length;
  const isHttp = kind === 'http' && others.length > 0 ? await httpPackets(capture, others.map(({ name }) => name), ours) : new Map<string, boolean>(); // prettier-ignore
  const contents = files.map(({ row: { name, fault }, bytes }): OurFile => ({ name, fault, bytes }));
  for (const { name, bytes } of others) {
    const { pipes, hasBodiless } = ours;
    const reason = reasonOf({ kind, name, bytes, ours: contents, pipes, hasBodiless, isHttp: isHttp.get(name) ?? null });
    const example = `${kind} ${capture} ${name}: ${bytes.length} bytes`;
    if (reason) {
      count.explained++;
      known.set(reason, { count: (known.get(reason)?.count ?? 0) + 1, example: known.get(reason)?.example ?? example });
    } else {
      count.unexplained++;
      unexplained.push(`${example}\n`);
    }
  }
}

/** Of objects that tshark names by their packet (`object42`): whether that is in a flow of HTTP. */
async function httpPackets(capture: string, names: readonly string[], { http }: Ours): Promise<Map<string, boolean>> {
  const packets = new Map(names.flatMap((name) => [...name.matchAll(/^object(\d+)/g)].map(([, packet]) => [packet!, name] as const)));
  const found = new Map<string, boolean>();
  if (packets.size === 0) return found;
  const fields = ['frame.number', 'ip.src', 'ipv6.src', 'tcp.srcport', 'ip.dst', 'ipv6.dst', 'tcp.dstport'].flatMap((field) => [
    '-e',
    field,
  ]);
  const filter = `frame.number in {${[...packets.keys()].join(',')}}`;
  const { stdout } = await run('tshark', ['-r', join(folder!, capture), '-Y', filter, '-T', 'fields', ...fields], { timeout: 120_000 });
  for (const line of stdout.split('\n')) {
    const [packet = '', ip4, ip6, port = '', other4, other6, otherPort = ''] = line.split('\t').map((value) => value.split(',').at(-1)!);
    const name = packets.get(packet);
    if (name) found.set(name, http.has(endsOf(ip4 || ip6!, port, other4 || other6!, otherPort)));
  }
  return found;
}
