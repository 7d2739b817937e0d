/**
 * Follows the two ends of a TCP connection as Zeek does: states, history letters, retransmissions. Works on the words of one slot;
 * sequence numbers are int32 bit patterns and compared by their difference (RFC 9293 3.4).
 */
import type { Packet } from '@wirecase/decode';
import { type HistoryTrie, Letter } from './history.ts';
import type { HoleTracker } from './holes.ts';
import { Flag, Slot, TcpState } from './slot.ts';

export const TcpFlag = { Fin: 1, Syn: 2, Rst: 4, Psh: 8, Ack: 16 } as const;

/** Jumps of sequence numbers beyond this are not believed on SYN and RST. */
const tooLargeDelta = 1 << 20;

/** Oddities of TCP, as weird names; `None` is no oddity. */
export const TcpWeird = {
  None: '',
  SynSeqJump: 'tcp_syn_seq_jump',
  SynInsideConnection: 'tcp_syn_inside_connection',
  BadSynAck: 'tcp_bad_syn_ack',
  SimultaneousOpen: 'tcp_simultaneous_open',
  SynAckByOriginator: 'tcp_syn_ack_by_originator',
  FinWithoutConnection: 'tcp_fin_without_connection',
  DataAfterReset: 'tcp_data_after_reset',
  SynAfterClose: 'tcp_syn_after_close',
  DataBeforeEstablished: 'tcp_data_before_established',
} as const;

/** Take a segment sent by end `direction` into the slot at `base`. Returns a weird's name or ''. */
export function trackTcp(
  words: Int32Array,
  base: number,
  direction: number,
  packet: Packet,
  history: HistoryTrie,
  holes: HoleTracker,
): string {
  if (trackOrdinary(words, base, direction, packet)) return TcpWeird.None;
  const peer = 1 - direction;
  const flags = packet.tcpFlags;
  const length = packet.payloadBytes;
  const sequenceLength = (flags & TcpFlag.Rst ? 0 : length) + (flags & TcpFlag.Syn ? 1 : 0) + (flags & TcpFlag.Fin ? 1 : 0);
  const end = (packet.tcpSeq + sequenceLength) | 0;
  const isFirst = words[base + Slot.State + direction] === TcpState.Inactive;

  let weird = beginEndpoint(words, base, direction, flags, packet.tcpSeq, end);
  noteFlags(words, base, direction, flags, (packet.tcpSeq - words[base + Slot.StartSeq + direction]!) | 0, length, history);
  if (packet.tcpWindow === 0 && flags !== 0) noteZeroWindow(words, base, direction, packet, history);
  if (flags & TcpFlag.Ack) noteAck(words, base, peer, flags, packet.tcpAck);
  if (!isFirst && !(flags & (TcpFlag.Syn | TcpFlag.Rst))) holes.segment(words, base, direction, packet.tcpSeq, end);
  noteSequence(words, base, direction, flags, end, length, history);

  const transition = advanceState(words, base, direction, flags, packet.tcpSeq, packet.tcpAck, length, history);
  if (transition !== '') weird = transition;
  if (flags & TcpFlag.Ack && words[base + Slot.Flags]! & (Flag.Holes << peer)) {
    const peerState = words[base + Slot.State + peer]!;
    // At the very end of a connection an acknowledgment beyond what was seen says little (Zeek does not note those gaps).
    if (holes.acknowledged(base, peer, packet.tcpAck) && peerState !== TcpState.Closed && peerState !== TcpState.Reset)
      noteScaled(words, base, peer, Slot.Gaps, Letter.Gap, history);
  }
  if (isClosed(words, base)) words[base + Slot.Flags]! |= Flag.Closed;
  return weird;
}

/**
 * Most segments change nothing but sequence numbers: between established ends, without SYN, FIN and RST, in order or with nothing new but
 * an acknowledgment, with a letter that is in the history. Takes such a segment; false: it is another one, and nothing was changed.
 */
function trackOrdinary(words: Int32Array, base: number, direction: number, packet: Packet): boolean {
  const flags = packet.tcpFlags;
  if ((flags & (TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst | TcpFlag.Ack)) !== TcpFlag.Ack || packet.tcpWindow === 0) return false;
  if (words[base + Slot.State] !== TcpState.Established || words[base + Slot.State + 1] !== TcpState.Established) return false;
  if (words[base + Slot.Flags]! & (Flag.Holes | Flag.HolesResponder)) return false;
  const length = packet.payloadBytes;
  const letter = length > 0 ? Letter.Data : Letter.Ack;
  if ((words[base + Slot.HistoryOnce]! & (1 << (letter + 12 * direction))) === 0) return false;
  const last = words[base + Slot.LastSeq + direction]!;
  const end = (packet.tcpSeq + length) | 0;
  if (((packet.tcpSeq - last) | 0) > 0 || (length > 0 && ((end - last) | 0) <= 0)) return false;
  if (length > 0) words[base + Slot.LastSeq + direction] = end;
  noteAck(words, base, 1 - direction, flags, packet.tcpAck);
  return true;
}

/** Whether both ends have closed or one has reset the connection. */
function isClosed(words: Int32Array, base: number): boolean {
  const originator = words[base + Slot.State]!;
  const responder = words[base + Slot.State + 1]!;
  return originator === TcpState.Reset || responder === TcpState.Reset || (originator === TcpState.Closed && responder === TcpState.Closed);
}

/** Whether a SYN with this sequence number from end `direction` begins another connection between the same ports. */
export function isTcpReuse(words: Int32Array, base: number, direction: number, packet: Packet): boolean {
  if ((packet.tcpFlags & (TcpFlag.Syn | TcpFlag.Ack | TcpFlag.Rst | TcpFlag.Fin)) !== TcpFlag.Syn) return false;
  const originator = words[base + Slot.State]!;
  const responder = words[base + Slot.State + 1]!;
  if (originator < TcpState.Closed && responder < TcpState.Closed) return false;
  return words[base + Slot.State + direction] === TcpState.Inactive || packet.tcpSeq !== words[base + Slot.StartSeq + direction];
}

/** Set the sequence numbers of an end that was silent, or begins again. */
function beginEndpoint(words: Int32Array, base: number, direction: number, flags: number, seq: number, end: number): string {
  const state = words[base + Slot.State + direction]!;
  const isSyn = (flags & TcpFlag.Syn) !== 0;
  if (state === TcpState.Inactive) {
    // Without a SYN the numbers are set as if there had been one just before, so that relative numbers agree.
    if (isSyn) setSequence(words, base, direction, seq, end);
    else setSequence(words, base, direction, (seq - 1) | 0, seq);
    return '';
  }
  if (!isSyn || seq === words[base + Slot.StartSeq + direction]) return '';
  if (state === TcpState.Reset) {
    // A RST before any SYN may have been forged: let the SYN decide.
    if (words[base + Slot.PreviousState + direction] === TcpState.Inactive) setSequence(words, base, direction, seq, end);
    return '';
  }
  if (state === TcpState.Closed) return '';
  setSequence(words, base, direction, seq, end);
  return state === TcpState.SynSent || state === TcpState.SynAckSent ? TcpWeird.SynSeqJump : TcpWeird.SynInsideConnection;
}

function setSequence(words: Int32Array, base: number, direction: number, start: number, last: number): void {
  words[base + Slot.StartSeq + direction] = start;
  words[base + Slot.AckSeq + direction] = start;
  words[base + Slot.LastSeq + direction] = last;
}

/** History letters of the flags. `relative`: sequence number relative to the start. */
function noteFlags(
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
function noteZeroWindow(words: Int32Array, base: number, direction: number, packet: Packet, history: HistoryTrie): void {
  const isWindowCaptured = packet.frameOffset + packet.capturedLength - packet.transportOffset >= 16;
  if (!isWindowCaptured || packet.tcpFlags & TcpFlag.Rst) return;
  if (words[base + Slot.State + 1 - direction] === TcpState.Closed || words[base + Slot.State + direction] === TcpState.Reset) return;
  noteScaled(words, base, direction, Slot.ZeroWindows, Letter.ZeroWindow, history);
}

/** An acknowledgment of what `peer` sent. */
function noteAck(words: Int32Array, base: number, peer: number, flags: number, ack: number): void {
  if (words[base + Slot.State + peer] === TcpState.Inactive) {
    // The peer was not heard yet: number it as if its SYN had been.
    setSequence(words, base, peer, (ack - 1) | 0, (ack - 1) | 0);
    return;
  }
  if (flags & TcpFlag.Rst) return;
  const advance = (ack - words[base + Slot.AckSeq + peer]!) | 0;
  // Acknowledging 0 far away is a broken header more often than a long connection that lands on 0.
  if (advance > 0 && !(ack === 0 && advance > tooLargeDelta)) words[base + Slot.AckSeq + peer] = ack;
}

/** Move the highest sequence number on, or count a retransmission. */
function noteSequence(
  words: Int32Array,
  base: number,
  direction: number,
  flags: number,
  end: number,
  length: number,
  history: HistoryTrie,
): void {
  const last = base + Slot.LastSeq + direction;
  const advance = (end - words[last]!) | 0;
  if (flags & (TcpFlag.Syn | TcpFlag.Rst) && (advance > tooLargeDelta || advance < -tooLargeDelta)) return;
  const isOnlySynAndFin = flags & TcpFlag.Fin && words[last] === ((words[base + Slot.StartSeq + direction]! + 1) | 0);
  if (isOnlySynAndFin) words[last] = end;
  else if (words[base + Slot.State + direction] === TcpState.Reset) return;
  else if (advance > 0) words[last] = end;
  else if (length > 0) noteScaled(words, base, direction, Slot.Retransmissions, Letter.Retransmission, history);
}

function setState(words: Int32Array, base: number, direction: number, state: number): void {
  const index = base + Slot.State + direction;
  if (words[index] === state) return;
  words[base + Slot.PreviousState + direction] = words[index]!;
  words[index] = state;
}

/** The state machine. Returns a weird's name or ''. */
function advanceState(
  words: Int32Array,
  base: number,
  direction: number,
  flags: number,
  seq: number,
  ack: number,
  length: number,
  history: HistoryTrie,
): string {
  switch (words[base + Slot.State + direction]) {
    case TcpState.Inactive:
      return fromInactive(words, base, direction, flags, seq, ack, length, history);
    case TcpState.SynSent:
    case TcpState.SynAckSent:
      if (flags & TcpFlag.Fin) setState(words, base, direction, TcpState.Closed);
      if (flags & TcpFlag.Rst) setState(words, base, direction, TcpState.Reset);
      else if (length > 0) return TcpWeird.DataBeforeEstablished;
      return '';
    case TcpState.Established:
    case TcpState.Partial:
      fromOpen(words, base, direction, flags);
      return '';
    case TcpState.Closed:
      // A RST after a FIN matters only while the other end is open.
      if (flags & TcpFlag.Rst && words[base + Slot.State + 1 - direction] !== TcpState.Closed)
        setState(words, base, direction, TcpState.Reset);
      return flags & TcpFlag.Syn ? TcpWeird.SynAfterClose : '';
    default:
      if (flags & TcpFlag.Syn) return TcpWeird.SynAfterClose;
      return length > 0 && !(flags & TcpFlag.Rst) ? TcpWeird.DataAfterReset : '';
  }
}

/** The first segment of an end. */
function fromInactive(
  words: Int32Array,
  base: number,
  direction: number,
  flags: number,
  seq: number,
  ack: number,
  length: number,
  history: HistoryTrie,
): string {
  let weird = '';
  let end = direction;
  if (flags & TcpFlag.Syn) {
    if (direction === 0) {
      setState(words, base, 0, flags & TcpFlag.Ack ? TcpState.SynAckSent : TcpState.SynSent);
      if (flags & TcpFlag.Ack) weird = TcpWeird.SynAckByOriginator;
    } else if (isReversedHandshake(words, base, flags, seq)) {
      // The SYN-ACK was captured before its SYN: the end that sent the SYN is the originator after all.
      swapRoles(words, base);
      words[base + Slot.History] = history.addFlip(words[base + Slot.History]!);
      words[base + Slot.Flags]! |= Flag.InitiatorKnown | Flag.Flipped;
      setState(words, base, 1, TcpState.Established);
      setState(words, base, 0, TcpState.Established);
      end = 0;
    } else {
      weird = answerSyn(words, base, flags, ack);
    }
  }
  const peer = 1 - end;
  if (flags & TcpFlag.Fin) {
    setState(words, base, end, TcpState.Closed);
    if (words[base + Slot.State + peer] !== TcpState.Partial && !(flags & TcpFlag.Syn)) weird = TcpWeird.FinWithoutConnection;
  }
  if (flags & TcpFlag.Rst) setState(words, base, end, TcpState.Reset);
  if (words[base + Slot.State + end] === TcpState.Inactive) {
    const peerState = words[base + Slot.State + peer];
    // Some TCPs acknowledge a SYN before they answer it: not yet a partial connection.
    if (end === 1 && length === 0 && peerState === TcpState.SynSent) return weird;
    // An ACK to a SYN-ACK whose SYN was missed establishes the connection.
    const isEstablished = flags & TcpFlag.Ack && peerState === TcpState.Established;
    setState(words, base, end, isEstablished ? TcpState.Established : TcpState.Partial);
  }
  return weird;
}

/** Whether this SYN from the "responder" belongs to the SYN-ACK with which the flow began. */
function isReversedHandshake(words: Int32Array, base: number, flags: number, seq: number): boolean {
  if (flags & TcpFlag.Ack || words[base + Slot.Flags]! & (Flag.Holes | Flag.HolesResponder)) return false;
  return words[base + Slot.State] === TcpState.SynAckSent && seq === words[base + Slot.StartSeq + 1];
}

/** SYN or SYN-ACK from the responder. */
function answerSyn(words: Int32Array, base: number, flags: number, ack: number): string {
  const peerState = words[base + Slot.State]!;
  let weird = '';
  if (!(flags & TcpFlag.Ack)) weird = TcpWeird.SimultaneousOpen;
  else if (peerState !== TcpState.Inactive && peerState !== TcpState.Partial) {
    const beyondStart = (ack - words[base + Slot.StartSeq]!) | 0;
    const beforeLast = (words[base + Slot.LastSeq]! - ack) | 0;
    if (beyondStart < 0 || beforeLast < 0) weird = TcpWeird.BadSynAck;
  }
  if (peerState === TcpState.SynSent) setState(words, base, 0, TcpState.Established);
  setState(words, base, 1, TcpState.Established);
  return weird;
}

function fromOpen(words: Int32Array, base: number, direction: number, flags: number): void {
  const peer = 1 - direction;
  const isPartial = words[base + Slot.State + direction] === TcpState.Partial;
  if (flags & TcpFlag.Syn && !(flags & TcpFlag.Ack) && isPartial && words[base + Slot.State + peer] === TcpState.Inactive)
    setState(words, base, direction, TcpState.SynSent);
  if (flags & TcpFlag.Fin && !(flags & TcpFlag.Rst)) {
    setState(words, base, direction, TcpState.Closed);
    // The peer's FIN and then RST before ours: an ordinary end.
    if (words[base + Slot.State + peer] === TcpState.Reset && words[base + Slot.PreviousState + peer] === TcpState.Closed)
      setState(words, base, peer, TcpState.Closed);
  }
  if (flags & TcpFlag.Rst) setState(words, base, direction, TcpState.Reset);
}

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
function swapRoles(words: Int32Array, base: number): void {
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
