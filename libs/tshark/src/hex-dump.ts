import { cleanText } from '@wirecase/contract';

/** Bytes that fields of a packet are in: those of its frame, or what was put together, decrypted or unpacked from it and earlier ones. */
export interface DataSource {
  /** In Wireshark's words, as `Reassembled TCP`. */
  name: string;
  /** Bytes in all. */
  length: number;
  /** The first of them, `maxSourceBytes` at most. */
  bytes: Uint8Array;
}

/** What has more is given in part: people read the begin of it. */
export const maxSourceBytes = 1024 ** 2;

/** `0010  45 00 ... 08   E.......`: an offset, sixteen bytes in columns of three, and them as text, which is whatever the packet holds. */
const line = /^([0-9a-f]{4,}) {2}((?:[0-9a-f]{2} ){1,16})/;
const head = /^(.+) \((\d+) bytes?\):$/;

/** Data sources of one packet in the output of `tshark -x`, the frame first. A packet that has no other comes without a head line. */
export function readHexDump(dump: string): DataSource[] {
  const sources: { name: string; length: number; rows: string[] }[] = [];
  for (const text of dump.split('\n')) {
    const bytes = line.exec(text)?.[2];
    if (bytes !== undefined) {
      if (sources.length === 0) sources.push({ name: 'Frame', length: 0, rows: [] });
      sources.at(-1)!.rows.push(bytes.replaceAll(' ', ''));
      continue;
    }
    const found = head.exec(text);
    if (found) sources.push({ name: cleanText(found[1]!), length: Number(found[2]), rows: [] });
  }
  return sources.map(({ name, length, rows }) => {
    const bytes = Buffer.from(rows.slice(0, maxSourceBytes / 16).join(''), 'hex');
    return { name, length: Math.max(length, bytes.length), bytes };
  });
}
