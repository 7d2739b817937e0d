import type { DetectorOptions } from '../detector.ts';

export const options = {
  redirects: {
    doc: 'Redirects that no router sends, in one VLAN, that make it an attack: one is enough to lead a host astray.',
    unit: 'count',
    default: 1,
  },
  window: { doc: 'Time in which so many must come, and the quiet time that ends an incident.', unit: 'seconds', default: 300 },
  proof: { doc: 'How long after a redirect the host that it leads to may still turn out to be its sender.', unit: 'seconds', default: 60 },
} satisfies DetectorOptions;
