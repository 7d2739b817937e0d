import type { DetectorOptions } from '../detector.ts';

export const options = {
  perMinute: { doc: 'Connections in each minute.', unit: 'count', default: 60 },
  minutes: { doc: 'Minutes in a row.', unit: 'count', default: 10 },
} satisfies DetectorOptions;
