import type { DetectorOptions } from '../detector.ts';

export const options = {
  clients: {
    doc: 'Hardware addresses that must ask for an address by DHCP within the window: more than hosts are switched on at once.',
    unit: 'count',
    default: 50,
  },
  window: { doc: 'Time in which they must ask, and the quiet time that ends it.', unit: 'seconds', default: 10 },
} satisfies DetectorOptions;
