import type { DetectorOptions } from '../detector.ts';

export const options = {
  advertisements: {
    doc: 'Advertisements of a router that leads elsewhere than those known, within the window, that make it a rogue one.',
    unit: 'count',
    default: 1,
  },
  window: { doc: 'Time in which these must come, and the quiet time that ends an incident.', unit: 'seconds', default: 1800 },
  withdrawals: {
    doc: 'How often a router must be withdrawn and advertised again within five minutes for that to be an attack; one is enough where another host does it in its name, or within a second of its own advertisement in other words.',
    unit: 'count',
    default: 3,
  },
  floodRouters: { doc: 'New routers that lead elsewhere, within the flood window, that make it a flood.', unit: 'count', default: 10 },
  floodWindow: {
    doc: 'Time in which so many new routers must appear, and the quiet time that ends a flood.',
    unit: 'seconds',
    default: 10,
  },
} satisfies DetectorOptions;
