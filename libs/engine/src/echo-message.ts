/** What an echo message of ICMP (RFC 792) or ICMPv6 (RFC 4443 4) carries, as numbers. One object, read anew for each message. */
import type { Packet } from '@wirecase/decode';
import type { EchoView } from '@wirecase/detect';

const REPLY = 0;
const REQUEST = 8;
const REQUEST_V6 = 128;
const REPLY_V6 = 129;
const HEADER_BYTES = 8;
/** Bytes of data that say whether a reply repeats its request. */
const START_BYTES = 64;
/** ping begins its data with the time, 8 or 16 bytes, and shorter data than that has none; behind it are the same bytes every time. */
const TIMED_BYTES = 16;
const UNTIMED_BELOW = 8;
/** Of shorter data these bytes are compared, which no clock of a ping changes within hours: one beneath the seconds, and those behind all. */
const STILL_BYTE = 4;
const STILL_FROM = 12;
/** Of the data behind the time so much is compared, as there is: ping repeats its bytes whatever their length. */
const CONTENT_BYTES = [32, 8];

export class EchoMessage implements EchoView {
  isReply = false;
  id = 0;
  bytes = 0;
  start = -1;
  content = -1;

  /** False: `packet` is no echo message. */
  read({ ipVersion, icmpType, transportOffset, payloadOffset, payloadLength, payloadBytes }: Packet, view: DataView): boolean {
    this.isReply = icmpType === (ipVersion === 6 ? REPLY_V6 : REPLY);
    if (!this.isReply && icmpType !== (ipVersion === 6 ? REQUEST_V6 : REQUEST)) return false;
    // Cut short within its header.
    if (payloadOffset - transportOffset < HEADER_BYTES) return false;
    this.id = view.getInt32(transportOffset + 4);
    this.bytes = payloadBytes;
    const part = (from: number, bytes: number): number => (from + bytes <= payloadLength ? hash(view, payloadOffset + from, bytes) : -1);
    this.start = part(0, Math.min(payloadBytes, START_BYTES));
    const compared = CONTENT_BYTES.find((bytes) => payloadBytes >= TIMED_BYTES + bytes);
    if (compared !== undefined) this.content = part(TIMED_BYTES, compared);
    else if (payloadBytes === 0 || payloadBytes > payloadLength) this.content = -1;
    else if (payloadBytes < UNTIMED_BELOW) this.content = part(0, payloadBytes);
    else this.content = hash(view, payloadOffset + STILL_FROM, Math.max(0, payloadBytes - STILL_FROM), part(STILL_BYTE, 1));
    return true;
  }
}

/** FNV-1a, unsigned 32 bits; `value`: of what stands before. */
function hash(view: DataView, from: number, bytes: number, value = 0x811c9dc5): number {
  for (let at = from; at < from + bytes; at++) value = Math.imul(value ^ view.getUint8(at), 0x01000193);
  return value >>> 0;
}
