import type { DetectorOptions } from '../detector.ts';

export const options = {
  bytes: { doc: 'Payload that a response must have to count: most answers are shorter.', unit: 'count', default: 200 },
  rate: { doc: 'Such responses that a host may get from one service each second for ever.', unit: 'count', default: 20 },
  burst: { doc: 'How many more than that make a flood.', unit: 'count', default: 100 },
  factor: { doc: 'How many times the bytes that the host sent to the service its responses must have.', unit: 'count', default: 10 },
  unaskedBytes: {
    doc: 'Mean payload of DNS responses to a host that was not seen to ask: a capture may show one side only.',
    unit: 'count',
    default: 600,
  },
  quiet: { doc: 'Quiet time that ends a flood.', unit: 'seconds', default: 60 },
} satisfies DetectorOptions;
