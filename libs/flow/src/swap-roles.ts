/** Originator and responder of a slot in each other's place: a SYN-ACK came before its SYN. */
import { Slot } from './slot.ts';

const pairs = [
  Slot.Packets,
  Slot.Ttl,
  Slot.State,
  Slot.PreviousState,
  Slot.StartSeq,
  Slot.LastSeq,
  Slot.AckSeq,
  Slot.HistorySyn,
  Slot.HistoryFin,
  Slot.HistoryRst,
  Slot.Retransmissions,
  Slot.ZeroWindows,
  Slot.Gaps,
];

/** Make the responder the originator. Doubles are pairs of two words each. */
export function swapRoles(words: Int32Array, base: number): void {
  for (const pair of pairs) swap(words, base + pair, base + pair + 1);
  for (let i = 0; i < 4; i++) swap(words, base + Slot.SourceIp + i, base + Slot.DestinationIp + i);
  for (const pair of [Slot.FrameBytesF64, Slot.IpBytesF64, Slot.PayloadBytesF64])
    for (let i = 0; i < 2; i++) swap(words, base + 2 * pair + i, base + 2 * (pair + 1) + i);
  const ports = words[base + Slot.Ports]!;
  words[base + Slot.Ports] = (ports << 16) | (ports >>> 16);
  const [first, middle, last] = [words[base + Slot.Macs]!, words[base + Slot.Macs + 1]!, words[base + Slot.Macs + 2]!];
  words[base + Slot.Macs] = (middle << 16) | (last >>> 16);
  words[base + Slot.Macs + 1] = (last << 16) | (first >>> 16);
  words[base + Slot.Macs + 2] = (first << 16) | (middle >>> 16);
  const once = words[base + Slot.HistoryOnce]!;
  words[base + Slot.HistoryOnce] = ((once & 0xfff) << 12) | ((once >>> 12) & 0xfff);
}

function swap(words: Int32Array, a: number, b: number): void {
  const kept = words[a]!;
  words[a] = words[b]!;
  words[b] = kept;
}
