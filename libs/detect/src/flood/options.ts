import type { DetectorOptions } from '../detector.ts';

export const options = {
  rate: {
    doc: 'SYNs without handshake, ACKs outside connections, unanswered UDP flows or ICMP requests that a host may get each second for ever.',
    unit: 'count',
    default: 50,
  },
  burst: { doc: 'How many more than that make a flood.', unit: 'count', default: 150 },
  streamRate: {
    doc: 'The same as `rate` for the packets of UDP flows without answer, however few flows: media streams have no answer either.',
    unit: 'count',
    default: 4000,
  },
  streamBurst: { doc: 'How many more than `streamRate` make a flood.', unit: 'count', default: 4000 },
  quiet: { doc: 'Quiet time that ends a flood.', unit: 'seconds', default: 60 },
} satisfies DetectorOptions;
