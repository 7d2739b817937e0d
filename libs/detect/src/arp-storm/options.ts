import type { DetectorOptions } from '../detector.ts';

export const options = {
  packets: {
    doc: 'ARP packets to all of one hardware address within the window: many times what routers of large networks and scanners need.',
    unit: 'count',
    default: 1000,
  },
  window: { doc: 'Time in which they must come.', unit: 'seconds', default: 1 },
  quiet: { doc: 'Time with fewer than that in each window that ends a storm.', unit: 'seconds', default: 60 },
} satisfies DetectorOptions;
