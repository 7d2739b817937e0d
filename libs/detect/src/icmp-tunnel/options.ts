import type { DetectorOptions } from '../detector.ts';

export const options = {
  sizes: {
    doc: 'Different lengths of data of echo messages between two hosts within the window: ping keeps to one.',
    unit: 'count',
    default: 8,
  },
  unasked: {
    doc: 'Replies longer than any request between the two within the window, which do instead of different lengths: a reply repeats.',
    unit: 'count',
    default: 8,
  },
  messages: { doc: 'Echo messages with data beyond 64 bytes that must be among them.', unit: 'count', default: 16 },
  window: { doc: 'Time in which these must happen, and the quiet time that ends a tunnel.', unit: 'seconds', default: 120 },
} satisfies DetectorOptions;
