import type { DetectorOptions } from '../detector.ts';

export const options = {
  domains: {
    doc: 'Registered domains outside of which a server must say that they are one host of the network, while others give public addresses.',
    unit: 'count',
    default: 3,
  },
  window: { doc: 'Time in which it must do so, and the quiet time that ends an incident.', unit: 'seconds', default: 3600 },
} satisfies DetectorOptions;
