/** The states of both ends of a TCP connection as Zeek keeps them, and what of a segment is odd in the state that it meets. */
import { Flag, previousStateShift, Slot, TcpState } from './slot.ts';
import { TcpFlag } from './tcp-flag.ts';

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

/** The state of an end before the one it is in. */
export function previousState(words: Int32Array, base: number, direction: number): number {
  return (words[base + Slot.Flags]! >>> (previousStateShift + 4 * direction)) & 15;
}

function setState(words: Int32Array, base: number, direction: number, state: number): void {
  const index = base + Slot.State + direction;
  if (words[index] === state) return;
  const shift = previousStateShift + 4 * direction;
  words[base + Slot.Flags] = (words[base + Slot.Flags]! & ~(15 << shift)) | (words[index]! << shift);
  words[index] = state;
}

/** The state machine. Returns a weird's name or ''. */
export function advanceState(words: Int32Array, base: number, direction: number, flags: number, ack: number, length: number): string {
  switch (words[base + Slot.State + direction]) {
    case TcpState.Inactive:
      return fromInactive(words, base, direction, flags, ack, length);
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
function fromInactive(words: Int32Array, base: number, direction: number, flags: number, ack: number, length: number): string {
  const peer = 1 - direction;
  let weird = '';
  if (flags & TcpFlag.Syn) weird = direction === 0 ? originatorSyn(words, base, flags) : answerSyn(words, base, flags, ack);
  if (flags & TcpFlag.Fin) {
    setState(words, base, direction, TcpState.Closed);
    if (words[base + Slot.State + peer] !== TcpState.Partial && !(flags & TcpFlag.Syn)) weird = TcpWeird.FinWithoutConnection;
  }
  if (flags & TcpFlag.Rst) setState(words, base, direction, TcpState.Reset);
  if (words[base + Slot.State + direction] === TcpState.Inactive) {
    const peerState = words[base + Slot.State + peer];
    // Some TCPs acknowledge a SYN before they answer it: not yet a partial connection.
    if (direction === 1 && length === 0 && peerState === TcpState.SynSent) return weird;
    // An ACK to a SYN-ACK whose SYN was missed establishes the connection.
    const isEstablished = flags & TcpFlag.Ack && peerState === TcpState.Established;
    setState(words, base, direction, isEstablished ? TcpState.Established : TcpState.Partial);
  }
  return weird;
}

/** SYN or SYN-ACK from the originator. */
function originatorSyn(words: Int32Array, base: number, flags: number): string {
  if (flags & TcpFlag.Ack) {
    setState(words, base, 0, TcpState.SynAckSent);
    return TcpWeird.SynAckByOriginator;
  }
  // The SYN-ACK to it may have been captured before.
  const isAnswered = words[base + Slot.State + 1] === TcpState.Established;
  setState(words, base, 0, isAnswered ? TcpState.Established : TcpState.SynSent);
  words[base + Slot.Flags]! |= Flag.InitiatorKnown;
  return TcpWeird.None;
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
    if (words[base + Slot.State + peer] === TcpState.Reset && previousState(words, base, peer) === TcpState.Closed)
      setState(words, base, peer, TcpState.Closed);
  }
  if (flags & TcpFlag.Rst) setState(words, base, direction, TcpState.Reset);
}
