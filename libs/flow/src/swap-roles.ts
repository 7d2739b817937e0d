/** Originator and responder of a slot in each other's place: a SYN-ACK came before its SYN. */
import { previousStateShift, Slot } from './slot.ts';

const pairs = [
  Slot.Packets,
  Slot.State,
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
  swap(words, base + Slot.SourceIp, base + Slot.DestinationIp);
  for (let i = 0; i < 3; i++) swap(words, base + Slot.SourceIpRest + i, base + Slot.DestinationIpRest + i);
  for (const pair of [Slot.FrameBytesF64, Slot.IpBytesF64, Slot.PayloadBytesF64])
    for (let i = 0; i < 2; i++) swap(words, base + 2 * pair + i, base + 2 * (pair + 1) + i);
  const ports = words[base + Slot.Ports]!;
  words[base + Slot.Ports] = (ports << 16) | (ports >>> 16);
  const [first, middle, last] = [words[base + Slot.Macs]!, words[base + Slot.Macs + 1]!, words[base + Slot.Macs + 2]!];
  words[base + Slot.Macs] = (middle << 16) | (last >>> 16);
  words[base + Slot.Macs + 1] = (last << 16) | (first >>> 16);
  words[base + Slot.Macs + 2] = (first << 16) | (middle >>> 16);
  const headers = words[base + Slot.FirstHeaders]!;
  words[base + Slot.FirstHeaders] = (headers & ~0xffff) | ((headers & 0xff) << 8) | ((headers >>> 8) & 0xff);
  const flags = words[base + Slot.Flags]!;
  const previous = (flags >>> previousStateShift) & 0xff;
  words[base + Slot.Flags] = (flags & ~(0xff << previousStateShift)) | ((((previous & 15) << 4) | (previous >>> 4)) << previousStateShift);
  const once = words[base + Slot.HistoryOnce]!;
  words[base + Slot.HistoryOnce] = ((once & 0xfff) << 12) | ((once >>> 12) & 0xfff);
}

function swap(words: Int32Array, a: number, b: number): void {
  const kept = words[a]!;
  words[a] = words[b]!;
  words[b] = kept;
}
