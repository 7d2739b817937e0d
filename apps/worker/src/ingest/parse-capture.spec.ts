import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { access, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Capture } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { CaptureAttempts, CaptureRepository, EvidenceStore, sourcePaths } from '@wirecase/store';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ParseOutcome } from './messages.ts';
import { parseCapture } from './parse-capture.ts';

const traces = fileURLToPath(new URL('../../../../e2e/traces/', import.meta.url));
let database: TemporaryDatabase;
let captures: CaptureRepository;
let evidence: EvidenceStore;
let folder: string;

beforeAll(async () => {
  database = await temporaryDatabase();
  folder = await mkdtemp(join(tmpdir(), 'wirecase-parse-'));
  captures = new CaptureRepository(database.pool, catalogue);
  evidence = new EvidenceStore(folder, captures);
  await evidence.prepare();
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const receive = (path: string, name: string) => evidence.receive(createReadStream(path), { name, origin: 'upload', createdBy: 'ada' });

/** Parse the capture as a worker's child does. */
async function parse({ id, sha256, entry }: Capture): Promise<ParseOutcome> {
  const { attempt } = (await new CaptureAttempts(database.pool).claim(id, 'test'))!;
  const limits = { maxPlainBytes: 1e9, maxPackets: 1e6 };
  const progress = { stage: 'reading', bytes: 0, totalBytes: 0, packets: 0 };
  const policy = { settings: { version: 0, options: {}, allow: {}, assets: [] }, suppressions: [] };
  const request = { attempt, sha256: sha256!, entry, limits, communityIdSeed: 0, policy, enrichment: sourcePaths(folder) };
  return parseCapture(database.pool, evidence.paths(id), request, progress);
}

/** Parse it, and answer it as it is then. */
async function parsed(capture: Capture): Promise<Capture> {
  expect(await parse(capture)).toEqual({ kind: 'ready' });
  return captures.get(capture.id);
}

it('a capture of a format that only editcap reads is converted, and the original stays the evidence', async () => {
  const foreign = join(traces, 'forms/http-ngsniffer.cap');
  const { capture } = await receive(foreign, 'sniffer.cap');
  const ready = await parsed(capture);
  const plain = await parsed((await receive(join(traces, 'http.pcap'), 'http.pcap')).capture);
  expect(ready).toMatchObject({ state: 'ready', packets: plain.packets, flows: plain.flows, nonFlow: plain.nonFlow, damaged: [] });
  await access(evidence.paths(capture.id).plain);
  const { name, stream } = await evidence.openVerified(capture.id);
  expect(name).toBe('sniffer.cap');
  expect(Buffer.concat(await stream.toArray())).toEqual(await readFile(foreign));
});

it('the captures of an archive are parsed each by itself, with ids of their own', async () => {
  await copyFile(join(traces, 'dns.pcap'), join(folder, 'one.pcap'));
  await copyFile(join(traces, 'dns.pcap'), join(folder, 'two.pcap'));
  execFileSync('zip', ['-q', 'both.zip', 'one.pcap', 'two.pcap'], { cwd: folder });
  const { capture, others } = await receive(join(folder, 'both.zip'), 'both.zip');
  const one = await parsed(capture);
  const two = await parsed(others[0]!);
  expect(two).toMatchObject({ name: 'both.zip/two.pcap', packets: one.packets, flows: one.flows });
  const ids = await database.pool.query('SELECT flow_id FROM flow WHERE capture_id = ANY($1::uuid[])', [[one.id, two.id]]);
  expect(ids.rows).toHaveLength(one.flows! + two.flows!);
  expect(new Set(ids.rows.map((row: { flow_id: string }) => row.flow_id)).size).toBe(ids.rows.length);
});

it.skipIf(process.getuid?.() !== 0)('a disk that takes no writes is a reason to try again, and no fault of the capture', async () => {
  const { capture } = await receive(join(traces, 'ftp.pcap'), 'ftp.pcap');
  const directory = dirname(evidence.paths(capture.id).index);
  execFileSync('mount', ['--bind', directory, directory]);
  try {
    execFileSync('mount', ['-o', 'remount,bind,ro', directory]);
    expect(await parse(capture)).toEqual({ kind: 'again', detail: 'the disk of the data directory is mounted read-only' });
  } finally {
    execFileSync('umount', ['-l', directory]);
  }
});
