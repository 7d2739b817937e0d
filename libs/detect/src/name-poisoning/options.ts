import type { DetectorOptions } from '../detector.ts';

export const options = {
  names: {
    doc: 'Names that were asked of all neighbours and that one host answered with one address, which make it poisoning: a host has one or two of its own.',
    unit: 'count',
    default: 3,
  },
  window: { doc: 'Time in which it must answer for so many, and the quiet time that ends an incident.', unit: 'seconds', default: 3600 },
} satisfies DetectorOptions;
