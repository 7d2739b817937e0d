import type { DetectorOptions } from '../detector.ts';

export const options = {
  rate: {
    doc: 'Requests for the same few pages that a client may send to one port of a server each second for ever.',
    unit: 'count',
    default: 30,
  },
  burst: { doc: 'How many more than that make a flood: load tests and busy pages send hundreds at once.', unit: 'count', default: 1000 },
  sharedRate: {
    doc: 'The same as `rate` for all clients of the port together that are below their own limit.',
    unit: 'count',
    default: 300,
  },
  sharedBurst: { doc: 'How many more than `sharedRate` make a flood.', unit: 'count', default: 3000 },
  quiet: { doc: 'Quiet time that ends a flood.', unit: 'seconds', default: 60 },
} satisfies DetectorOptions;
