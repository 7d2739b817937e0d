import type { DetectorOptions } from '../detector.ts';

export const options = {
  replies: {
    doc: 'Answers that nobody asked for, sent to single hosts and naming an address of someone else, that make it ARP spoofing; one less when the sender has another address, and one in all when the address is known to be of another host.',
    unit: 'count',
    default: 3,
  },
  switches: {
    doc: 'How often an address must change between two MAC addresses within the window to be in use by both; one less when its owner takes it back within a second.',
    unit: 'count',
    default: 3,
  },
  window: { doc: 'Time in which these must happen, and the quiet time that ends an incident.', unit: 'seconds', default: 300 },
  answerWait: { doc: 'How long after a request for an address an answer counts as asked for.', unit: 'seconds', default: 2 },
} satisfies DetectorOptions;
