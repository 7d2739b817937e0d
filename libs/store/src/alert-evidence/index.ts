/**
 * The evidence of an alert as a capture of its own: the least packets that make the detector fire again, found by trying. Packets of the
 * entities in the time of the alert are analysed alone; when the alert comes, packets are left out as long as it still comes.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AlertRow } from '@wirecase/contract';
import type { AnalyzeOptions } from '@wirecase/engine';
import { PcapngWriter, type CaptureRecord } from '@wirecase/pcap-parser';
import { candidatesOf, kindOf, widths, type Candidates } from './candidates.ts';
import { leastThatFires } from './least.ts';
import { alertsOf, detectorsOf, isLike, type Likeness } from './replay.ts';

export { alertsOf, isLike, type Likeness } from './replay.ts';

/** Packets that may be analysed again in all to find the least ones: three seconds of work at most. */
const REPLAYED_PACKETS = 1_500_000;
/** As many of the packets that were counted an alert names. */
const MAX_NAMED = 50;

export interface AlertEvidence {
  /** Bytes of a pcapng capture; each packet has a comment that says why it is there, in few bytes: it may be as small as they are. */
  capture: Uint8Array;
  packets: number;
  /** What the evidence gives when it is analysed; null: not this alert (its packets are more than the cap, or long before it). */
  likeness: Likeness | null;
}

/**
 * `path`: the uncompressed capture of the alert. `wanted` is the best likeness to reach. `options`: those under which the alert was found.
 */
export async function alertEvidence(
  path: string,
  alert: AlertRow,
  wanted: Likeness = 'whole',
  options: Partial<AnalyzeOptions> = {},
): Promise<AlertEvidence> {
  // What no detector found (a match of an indicator) no analysis gives again.
  if (detectorsOf(alert).length === 0) return countedAlone(await candidatesOf(path, alert, 'between'), alert);
  let sample: Candidates | null = null;
  let crossing: Candidates | null = null;
  for (const width of widths) {
    const candidates = await candidatesOf(path, alert, width);
    sample ??= candidates;
    if (wanted === 'whole' && fires(candidates, candidates.records, alert, 'whole', options))
      return least(candidates, alert, 'whole', options);
    if (!crossing && fires(candidates, candidates.records, alert, 'crossing', options)) crossing = candidates;
    if (crossing && (wanted === 'crossing' || crossing.isCut)) break;
    await nextTurn();
  }
  if (crossing) return least(crossing, alert, 'crossing', options);
  return countedAlone(sample!, alert);
}

function countedAlone(candidates: Candidates, alert: AlertRow): AlertEvidence {
  const counted = countedBy(alert);
  const records = candidates.records.filter(({ number }) => counted.has(number));
  return written(candidates, records, alert, null);
}

async function least(
  candidates: Candidates,
  alert: AlertRow,
  likeness: Likeness,
  options: Partial<AnalyzeOptions>,
): Promise<AlertEvidence> {
  const test = async (records: readonly CaptureRecord[]) => {
    // Other requests are answered between two tries.
    await nextTurn();
    return fires(candidates, records, alert, likeness, options);
  };
  return written(candidates, await leastThatFires(candidates.records, test, REPLAYED_PACKETS, kindOf), alert, likeness);
}

function fires(
  candidates: Candidates,
  records: readonly CaptureRecord[],
  alert: AlertRow,
  likeness: Likeness,
  options: Partial<AnalyzeOptions>,
): boolean {
  return alertsOf(pieces(candidates, records), options, detectorsOf(alert)).some((found) => isLike(found, alert, likeness));
}

function written(candidates: Candidates, records: readonly CaptureRecord[], alert: AlertRow, likeness: Likeness | null): AlertEvidence {
  const counted = countedBy(alert);
  const crossing = records.findLast((record) => counted.has(record.number) && record.timeNs() <= alert.detectedAt)?.number;
  const section =
    `Evidence of Wirecase alert ${alert.id} (${alert.ruleId}, ${alert.alertClass}). Comments of packets give their number in the capture ` +
    `and why they are here: counted (the first ${MAX_NAMED} of those that were), crossing (with it the threshold was), or needed (without it ` +
    'the alert would not come, or not with the same entities and times).';
  const comment = ({ number }: CaptureRecord): string =>
    `${number} ${number === crossing ? 'crossing' : counted.has(number) ? 'counted' : 'needed'}`;
  return { capture: Buffer.concat(pieces(candidates, records, { section, comment })), packets: records.length, likeness };
}

/** What a capture says of itself, and of each of its packets. */
interface Comments {
  section: string;
  comment: (record: CaptureRecord) => string;
}

/** Blocks without comment, made once: the same packets are tried many times. */
const blocks = new WeakMap<CaptureRecord, Uint8Array>();

function pieces({ interfaces }: Candidates, records: readonly CaptureRecord[], comments: Comments | null = null): Uint8Array[] {
  const writer = new PcapngWriter(
    interfaces.map(({ linkType, snapLength, name }) => ({ linkType, snapLength, name })),
    'Wirecase',
  );
  const blockOf = (record: CaptureRecord): Uint8Array => {
    if (comments !== null) return writer.packet(record, record.interfaceId, comments.comment(record));
    let made = blocks.get(record);
    if (!made) blocks.set(record, (made = writer.packet(record, record.interfaceId)));
    return made;
  };
  return [writer.begin(comments?.section), ...records.map(blockOf)];
}

const countedBy = (alert: AlertRow): ReadonlySet<number> => new Set((alert.evidence as { packets: readonly number[] }).packets);
