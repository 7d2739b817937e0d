/**
 * What a record needs to be understood on its own. The reader's table of these, stored with a packet index, makes every record
 * readable from its offset alone. Plain data: survives JSON.
 */
export interface CaptureInterface {
  layout: RecordLayout;
  /** LINKTYPE_ number. */
  linkType: number;
  /** Most bytes captured of a packet; 0 when unlimited or unknown. */
  snapLength: number;
  bigEndian: boolean;
  /** Unit of times as pcapng's if_tsresol: 6 = 10^-6 s; with the high bit set a power of two. */
  timeResolution: number;
  /** Seconds to add to times (pcapng's if_tsoffset). */
  timeOffsetSeconds: number;
  /** if_name, cut at 256 characters; empty when unknown. */
  name: string;
  /** if_description and if_filter, cut at 256 bytes; empty when unknown. */
  description: string;
  filter: string;
}

/**
 * - `pcap`: 16-byte header: seconds, fraction, captured length, original length
 * - `pcap-nokia`: the same and 4 bytes more (firewalls of Nokia)
 * - `pcap-modified`: the same and 8 bytes more (Kuznetzov's libpcap patch; Red Hat 6.1)
 * - `pcap-suse`: the same and 12 bytes more (SuSE 6.3)
 * - `pcap-swapped`: lengths the other way round (pcap before 2.3)
 * - `pcapng`: blocks
 * - `snoop`: 24-byte header: original and captured length, length of the record, drops, seconds, microseconds
 */
export type RecordLayout = 'pcap' | 'pcap-nokia' | 'pcap-modified' | 'pcap-suse' | 'pcap-swapped' | 'pcapng' | 'snoop';

/** The largest packet that is believed: as tcpdump and Wireshark. */
export const maxCapturedLength = 262_144;
/** Original lengths beyond this are odd. */
export const maxOddLength = 1 << 20;
/** Times of neighbours further apart than this are odd, not wrong. */
export const nearSeconds = 86_400;

/** Bytes of the header of a record that is no block. */
export function recordHeaderLength(layout: RecordLayout): number {
  switch (layout) {
    case 'pcap-nokia':
      return 20;
    case 'pcap-modified':
    case 'snoop':
      return 24;
    case 'pcap-suse':
      return 28;
    default:
      return 16;
  }
}

/** Distinct interfaces kept of a capture, and of a section. */
export const maxInterfaces = 65_536;

/** The distinct interfaces of a capture, in order of appearance. Sections that repeat a description share its entry. */
export class InterfaceTable {
  readonly entries: CaptureInterface[] = [];
  readonly #indexes = new Map<string, number>();

  /** Index of an entry equal to `entry`, added if new; -1 when the table is full. */
  intern(entry: CaptureInterface): number {
    const key = JSON.stringify(entry);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    if (this.entries.length === maxInterfaces) return -1;
    this.entries.push(entry);
    this.#indexes.set(key, this.entries.length - 1);
    return this.entries.length - 1;
  }
}
