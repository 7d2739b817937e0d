/** Time of which nothing is known. Nothing stores it: `wirecase capture` prints it. */
import { coreRecord, field } from '@wirecase/contract';

export const gapRecord = coreRecord('gap', 'Gap', 'A time between two connections: what passed then was not captured.', {
  start: field('event.start', 'time', 'Packet time of the last packet before it.', { label: 'Start' }),
  end: field('event.end', 'time', 'Packet time of the first packet after it.', { label: 'End' }),
  reason: field('wirecase.gap.reason', 'text', 'What ended the connection.', { label: 'Reason' }),
});
