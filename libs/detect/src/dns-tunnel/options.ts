import type { DetectorOptions } from '../detector.ts';

export const options = {
  names: { doc: 'Different names below one domain that carry data, asked for by one client.', unit: 'count', default: 8 },
  length: {
    doc: 'Characters before the domain from which a name can carry data; types that only tunnels use carry it at any length.',
    unit: 'count',
    default: 20,
  },
  textLength: {
    doc: 'The same for questions of type TXT, MX and CNAME, which hosts seldom ask: many names below one domain are rare even when they are short.',
    unit: 'count',
    default: 10,
  },
  shortNames: {
    doc: 'Different shorter names below one domain that read like encoded data, asked for by one client, that do instead.',
    unit: 'count',
    default: 32,
  },
  window: { doc: 'Time in which the names are asked for, and quiet time that ends a tunnel.', unit: 'seconds', default: 600 },
} satisfies DetectorOptions;
