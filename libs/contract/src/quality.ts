/**
 * How much of the traffic a capture shows: kept per host and minute of packet time, so that an alert and a "nothing found" say what their
 * detector could not see.
 */
import { field, optional, type RowOf } from './field.ts';
import { coreRecord } from './record-type.ts';

export const qualityRecord = coreRecord(
  'quality',
  'Capture quality',
  'How well the flows that began in one minute of packet time were captured: of one host, or, without an address, of the whole capture. The first 20,000 hosts and minutes of a capture have a row of their own; of the others one row a minute for IPv4 and one for IPv6 tells the sums. Beyond 10,080 minutes (a week) the rest is in one row more.',
  {
    id: field('wirecase.quality.id', 'id', 'Id of the row. The same capture gives the same ids again.', { label: 'Row' }),
    start: field('event.start', 'time', 'Begin of the minute, packet time.', { label: 'From', indexed: true }),
    end: field('event.end', 'time', 'End of the minute; of a row for many minutes the end of the last.', { label: 'To' }),
    ip: optional('host.ip', 'ip', 'Address; 0.0.0.0 and :: in the rows of many hosts, empty in those of the whole capture.', {
      label: 'Address',
      indexed: true,
    }),
    flows: field('wirecase.quality.flows', 'count', 'Flows that began in the minute; several in one row of a scan count each.', {
      label: 'Flows',
    }),
    packets: field('network.packets', 'count', 'Packets of these flows.', { label: 'Packets' }),
    bytes: field('network.bytes', 'count', 'Frame bytes of these flows.', { label: 'Bytes' }),
    oneSided: field(
      'wirecase.quality.one_sided',
      'count',
      'TCP, UDP and SCTP flows between two hosts of which one direction was seen. An answer that was never sent and one that was not captured look the same.',
      { label: 'One-sided' },
    ),
    conversations: field(
      'wirecase.quality.conversations',
      'count',
      'TCP connections in which both ends spoke: both were seen, or the one that was seen shows that there was another.',
      { label: 'Connections' },
    ),
    halfSeen: field(
      'wirecase.quality.half_seen',
      'count',
      'Of these, connections with one direction missing from the capture: the end that was seen goes on after its SYN, or sends data, and nothing came back.',
      { label: 'Half seen' },
    ),
    datagramFlows: field('wirecase.quality.datagram_flows', 'count', 'UDP flows between two hosts.', { label: 'UDP flows' }),
    unanswered: field('wirecase.quality.unanswered', 'count', 'Of these, flows of which one direction was seen.', {
      label: 'UDP unanswered',
    }),
    truncated: field('wirecase.quality.truncated', 'count', 'Flows with packets that the capture cut short (snaplen).', {
      label: 'Cut short',
    }),
    payloadBytes: field('wirecase.quality.payload_bytes', 'count', 'Bytes that the transports of these flows carried.', {
      label: 'Payload',
    }),
    gapBytes: field('wirecase.quality.gap_bytes', 'count', 'Bytes of TCP streams that were acknowledged or passed but never seen.', {
      label: 'Missed bytes',
    }),
    encryptedFlows: field('wirecase.quality.encrypted_flows', 'count', 'Flows by a protocol that encrypts what it carries.', {
      label: 'Encrypted',
    }),
    encryptedBytes: field('wirecase.quality.encrypted_bytes', 'count', 'Bytes that the transports of these carried.', {
      label: 'Encrypted bytes',
    }),
  },
);
export type QualityRow = RowOf<typeof qualityRecord.fields>;

/** What is counted, by property of the row. */
export const qualityFigures = [
  'flows',
  'packets',
  'bytes',
  'oneSided',
  'conversations',
  'halfSeen',
  'datagramFlows',
  'unanswered',
  'truncated',
  'payloadBytes',
  'gapBytes',
  'encryptedFlows',
  'encryptedBytes',
] as const;
export type QualityFigures = Record<(typeof qualityFigures)[number], number>;

export function noFigures(): QualityFigures {
  return Object.fromEntries(qualityFigures.map((name) => [name, 0])) as QualityFigures;
}

/** Adds `more` to `sum`. */
export function addFigures(sum: QualityFigures, more: QualityFigures): void {
  for (const name of qualityFigures) sum[name] += more[name];
}

/**
 * What a detector needs to see beside the headers of packets: both directions of connections, answers to datagrams, every byte of streams,
 * whole packets, content that is not encrypted.
 */
export const needs = ['both-directions', 'answers', 'streams', 'whole-packets', 'clear-text'] as const;
export type Need = (typeof needs)[number];

/** Packets that the capturing tool said it dropped (null: it said nothing), and packets captured. */
export interface Drops {
  dropped: number | null;
  packets: number;
}

/** One thing that could not be seen: `part` of `of` is `share`, 0 to 1. */
export interface BlindSpot {
  what: Need | 'drops';
  part: number;
  of: number;
  share: number;
  /** In words, with the figures. */
  text: string;
}

/** What of `figures` a detector with these needs could not see; empty: nothing that is known of. */
export function blindSpots(wanted: readonly Need[], figures: QualityFigures, drops: Drops): BlindSpot[] {
  const { conversations, halfSeen, datagramFlows, unanswered, gapBytes, payloadBytes, flows, truncated, encryptedBytes } = figures;
  const dropped = drops.dropped ?? 0;
  const spots: BlindSpot[] = [
    spot('drops', dropped, dropped + drops.packets, 'packets', 'were dropped while capturing'),
    spot('both-directions', halfSeen, conversations, 'TCP connections', 'were seen from one side only'),
    spot('answers', unanswered, datagramFlows, 'UDP flows', 'show no answer: none came, or it was not captured'),
    spot('streams', gapBytes, payloadBytes + gapBytes, 'bytes', 'were missing from TCP streams'),
    spot('whole-packets', truncated, flows, 'flows', 'have packets that were cut short'),
    spot('clear-text', encryptedBytes, payloadBytes, 'bytes', 'were encrypted'),
  ];
  return spots.filter(({ what, part }) => part > 0 && (what === 'drops' || wanted.includes(what)));
}

function spot(what: BlindSpot['what'], part: number, of: number, things: string, is: string): BlindSpot {
  const share = of > 0 ? part / of : 0;
  return { what, part, of, share, text: `${grouped(part)} of ${grouped(of)} ${things} (${percent(share)}) ${is}` };
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Neither a small part nor a small rest is rounded away. */
function percent(share: number): string {
  if (share > 0 && share < 0.01) return '< 1 %';
  if (share > 0.99 && share < 1) return '> 99 %';
  return `${Math.round(100 * share)} %`;
}

/** GET /captures/{id}/quality */
export interface CaptureQuality extends Drops {
  /** Of the whole capture, and all that could not be seen in it. */
  figures: QualityFigures;
  unseen: BlindSpot[];
  /** Figures over packet time, at most 240 steps of as many whole minutes each. */
  steps: { start: string; end: string; figures: QualityFigures }[];
  /** The 20 hosts of which most was missed. */
  hosts: { ip: string; figures: QualityFigures }[];
  /** What each detector found, and could not see. */
  detectors: DetectorSight[];
}
export interface DetectorSight {
  id: string;
  name: string;
  alerts: number;
  unseen: BlindSpot[];
}

/** `unseen` in GET /alerts/{id}: what its detector could not see in the time of the alert, by host that it names; null: by the whole capture. */
export interface AlertSight {
  ip: string | null;
  flows: number;
  unseen: BlindSpot[];
}

/** What the detector of an alert could not see, in lines: what was dropped is of the whole capture and said once, the rest by host. Empty: nothing. */
export function sightLines(sights: readonly AlertSight[]): string[] {
  const drops = sights.flatMap(({ unseen }) => unseen).find(({ what }) => what === 'drops');
  const lines = sights.flatMap(({ ip, unseen }) => {
    const words = unseen.filter(({ what }) => what !== 'drops').map(({ text }) => text);
    return words.length > 0 ? [`${ip ?? 'All traffic'}: ${words.join('; ')}.`] : [];
  });
  return drops ? [`${drops.text}.`, ...lines] : lines;
}
