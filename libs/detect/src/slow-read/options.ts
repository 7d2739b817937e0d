import type { DetectorOptions } from '../detector.ts';

export const options = {
  connections: {
    doc: 'Connections of one source at one port of a host that have their window closed at the same time.',
    unit: 'count',
    default: 50,
  },
  age: { doc: 'For how long half of them must have had it closed.', unit: 'seconds', default: 2 },
} satisfies DetectorOptions;
