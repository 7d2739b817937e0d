/** Data of resource records as text. */
import { formatHex, formatIp } from '@wirecase/contract';
import { read16 } from '../common/binary.ts';
import { decodeText } from '../common/text.ts';
import { type Name, readName } from './domain-name.ts';
import { layoutText } from './record-layouts.ts';

export const MAX_DATA_CHARACTERS = 1000;

/** Text of a record's data as master files write it (RFC 1035 5.1); names in it may be compressed against the message at `start`. */
export function dataText(
  type: number,
  bytes: Uint8Array,
  start: number,
  offset: number,
  end: number,
  weird: (name: string) => void,
): string {
  const length = end - offset;
  const nameAt = (at: number): Name => {
    const name = readName(bytes, start, end, at);
    if (name.problem !== null) weird(name.problem);
    return name;
  };
  switch (type) {
    case 1:
      return length === 4 ? formatIp(bytes.subarray(offset, end)) : genericData(bytes, offset, end);
    case 28:
      return length === 16 ? formatIp(bytes.subarray(offset, end)) : genericData(bytes, offset, end);
    case 2: // NS
    case 5: // CNAME
    case 12: // PTR
    case 39: // DNAME
      return nameAt(offset).text;
    case 15: // MX
      return length < 3 ? genericData(bytes, offset, end) : `${read16(bytes, offset)} ${nameAt(offset + 2).text}`;
    case 33: // SRV, RFC 2782
      if (length < 7) return genericData(bytes, offset, end);
      return `${read16(bytes, offset)} ${read16(bytes, offset + 2)} ${read16(bytes, offset + 4)} ${nameAt(offset + 6).text}`;
    case 6: // SOA: the primary server and the responsible mailbox
      return soaText(nameAt(offset), nameAt);
    case 13: // HINFO
    case 16: // TXT
    case 99: // SPF
      return characterStrings(bytes, offset, end);
    default:
      return layoutText(type, bytes, start, offset, end, weird) ?? genericData(bytes, offset, end);
  }
}

function soaText(primary: Name, nameAt: (offset: number) => Name): string {
  return primary.problem === null ? `${primary.text} ${nameAt(primary.next).text}` : primary.text;
}

/** RFC 1035 3.3 <character-string>s, joined by a space. */
function characterStrings(bytes: Uint8Array, start: number, end: number): string {
  const parts: string[] = [];
  let offset = start;
  while (offset < end) {
    const next = Math.min(end, offset + 1 + bytes[offset]!);
    parts.push(decodeText(bytes, offset + 1, next));
    offset = next;
  }
  return parts.join(' ');
}

/** RFC 3597 5: `\# length hexadecimal`. */
function genericData(bytes: Uint8Array, offset: number, end: number): string {
  return `\\# ${end - offset} ${formatHex(bytes.subarray(offset, Math.min(end, offset + MAX_DATA_CHARACTERS / 2)))}`;
}
