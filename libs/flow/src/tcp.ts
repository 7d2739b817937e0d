/**
 * Follows the two ends of a TCP connection as Zeek does: states, history letters, retransmissions. Works on the words of one slot;
 * sequence numbers are int32 bit patterns and compared by their difference (RFC 9293 3.4).
 */
import type { Packet } from '@wirecase/decode';
import { type HistoryTrie, Letter } from './history.ts';
import type { HoleTracker } from './holes.ts';
import { Flag, Slot, TcpState } from './slot.ts';
import { TcpFlag } from './tcp-flag.ts';
import { noteFlags, noteScaled, noteZeroWindow } from './tcp-history.ts';
import { advanceState, previousState, TcpWeird } from './tcp-state.ts';

/** Jumps of sequence numbers beyond this are not believed on SYN and RST. */
const tooLargeDelta = 1 << 20;

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

  const transition = advanceState(words, base, direction, flags, packet.tcpAck, length);
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

/** Whether the originator now acknowledges the SYN-ACK to its SYN. */
export function isHandshakeAck(words: Int32Array, base: number, packet: Packet): boolean {
  if ((packet.tcpFlags & (TcpFlag.Ack | TcpFlag.Syn | TcpFlag.Rst)) !== TcpFlag.Ack) return false;
  const once = words[base + Slot.HistoryOnce]!;
  const synBits = (1 << Letter.Syn) | (1 << (Letter.Syn + 12));
  return (once & synBits) === synBits;
}

/** The first acknowledgment of the handshake came at this time. */
export function noteRtt(words: Int32Array, doubles: Float64Array, base: number, seconds: number, nanos: number): void {
  if (words[base + Slot.Flags]! & Flag.RttKnown) return;
  const elapsed = seconds - doubles[base / 2 + Slot.FirstSecondsF64]! + (nanos - words[base + Slot.FirstNanos]!) * 1e-9;
  words[base + Slot.Flags]! |= Flag.RttKnown;
  words[base + Slot.Rtt] = Math.min(Math.max(Math.round(elapsed * 1e6), 0), 0x7fffffff);
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
    if (previousState(words, base, direction) === TcpState.Inactive) setSequence(words, base, direction, seq, end);
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
