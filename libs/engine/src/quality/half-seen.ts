/** What a flow of one direction tells: that the other was not captured, or nothing. */
import type { FlowRow } from '@wirecase/contract';

/**
 * Whether packets of the other direction must have been on the wire: the end that was seen acknowledges after its SYN, or sends data and
 * goes on. Probes and floods of single packets, what was sent again in vain, and answers to forged addresses show nothing.
 */
export function isHalfSeen(row: FlowRow): boolean {
  if (row.transport !== 'tcp' || !row.oneSided || row.aggregate > 1) return false;
  if (row.packets - row.sourceRetransmissions - row.destinationRetransmissions < 2) return false;
  return /d/i.test(row.history) || (/a/i.test(row.history) && /[sh]/i.test(row.history));
}
