import type { DetectorOptions } from '../detector.ts';

export const options = {
  names: {
    doc:
      'Names that are not there (403, 404, 410) which one client must ask for in one folder of a server, led there by no page. As many pages ' +
      'that it got before are taken off.',
    unit: 'count',
    default: 20,
  },
  injections: { doc: 'Different queries with SQL in a value that one client must send to a server.', unit: 'count', default: 10 },
  window: { doc: 'Time in which it must ask, and the quiet time that ends a search.', unit: 'seconds', default: 300 },
} satisfies DetectorOptions;
