import type { DetectorOptions } from '../detector.ts';

export const options = {
  connections: {
    doc: 'Connections of one source at one port of a host that are open and not served at the same time, without a whole request.',
    unit: 'count',
    default: 50,
  },
  age: { doc: 'For how long half of them must have been open without a byte from the server.', unit: 'seconds', default: 2 },
} satisfies DetectorOptions;
