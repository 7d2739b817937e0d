/** Zeek's history letters: which segment of a TCP connection adds which, and when a letter is added again. */
import type { Packet } from '@wirecase/decode';
import { type HistoryTrie, Letter } from './history.ts';
import { Slot, TcpState } from './slot.ts';
import { TcpFlag } from './tcp-flag.ts';

/** History letters of the flags. `relative`: sequence number relative to the start. */
export function noteFlags(
  words: Int32Array,
  base: number,
  direction: number,
  flags: number,
  relative: number,
  length: number,
  history: HistoryTrie,
): void {
  switch (flags & (TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst)) {
    case 0:
      if (length > 0) noteOnce(words, base, direction, Letter.Data, Letter.Data, history);
      else if (flags & TcpFlag.Ack) noteOnce(words, base, direction, Letter.Ack, Letter.Ack, history);
      break;
    case TcpFlag.Syn: {
      const letter = flags & TcpFlag.Ack ? Letter.SynAck : Letter.Syn;
      noteAgain(words, base, direction, Letter.Syn, letter, Slot.HistorySyn, relative, history);
      break;
    }
    case TcpFlag.Fin:
      // A FIN's number is at the end of its data.
      noteAgain(words, base, direction, Letter.Fin, Letter.Fin, Slot.HistoryFin, (relative + length) | 0, history);
      break;
    case TcpFlag.Rst:
      noteAgain(words, base, direction, Letter.Reset, Letter.Reset, Slot.HistoryRst, relative, history);
      break;
    case TcpFlag.Fin | TcpFlag.Rst:
    case TcpFlag.Fin | TcpFlag.Rst | TcpFlag.Syn:
      noteOnce(words, base, direction, Letter.Inconsistent, Letter.Inconsistent, history);
      break;
    default:
      noteOnce(words, base, direction, Letter.MultiFlag, Letter.MultiFlag, history);
  }
}

/** Add `letter` unless `bit` was noted before. Returns whether it was. */
export function noteOnce(words: Int32Array, base: number, direction: number, bit: number, letter: number, history: HistoryTrie): boolean {
  const mask = 1 << (bit + 12 * direction);
  if (words[base + Slot.HistoryOnce]! & mask) return true;
  words[base + Slot.HistoryOnce]! |= mask;
  words[base + Slot.History] = history.add(words[base + Slot.History]!, letter, direction);
  return false;
}

/** Add `letter` the first time and whenever its sequence number is another than the last time. */
function noteAgain(
  words: Int32Array,
  base: number,
  direction: number,
  bit: number,
  letter: number,
  memory: number,
  relative: number,
  history: HistoryTrie,
): void {
  if (noteOnce(words, base, direction, bit, letter, history) && relative !== words[base + memory + direction])
    words[base + Slot.History] = history.add(words[base + Slot.History]!, letter, direction);
  words[base + memory + direction] = relative;
}

/** Count, and add `letter` at the 1st, 10th, 100th ... time. */
export function noteScaled(
  words: Int32Array,
  base: number,
  direction: number,
  counter: number,
  letter: number,
  history: HistoryTrie,
): void {
  const count = ++words[base + counter + direction]!;
  if (count === 1 || count === 10 || (count % 100 === 0 && isPowerOfTen(count)))
    words[base + Slot.History] = history.add(words[base + Slot.History]!, letter, direction);
}

function isPowerOfTen(count: number): boolean {
  while (count % 10 === 0) count /= 10;
  return count === 1;
}

/** A closed window is of interest unless nothing more could come. */
export function noteZeroWindow(words: Int32Array, base: number, direction: number, packet: Packet, history: HistoryTrie): void {
  const isWindowCaptured = packet.frameOffset + packet.capturedLength - packet.transportOffset >= 16;
  if (!isWindowCaptured || packet.tcpFlags & TcpFlag.Rst) return;
  if (words[base + Slot.State + 1 - direction] === TcpState.Closed || words[base + Slot.State + direction] === TcpState.Reset) return;
  noteScaled(words, base, direction, Slot.ZeroWindows, Letter.ZeroWindow, history);
}
