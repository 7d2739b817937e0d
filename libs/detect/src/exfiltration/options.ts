import type { DetectorOptions } from '../detector.ts';

export const options = {
  megabytes: { doc: 'Payload that a host sends to one outside its network, in 10^6 bytes.', unit: 'count', default: 100 },
  ratio: { doc: 'How many times as much as it gets back.', unit: 'count', default: 10 },
  window: { doc: 'Time in which the connections end.', unit: 'seconds', default: 3600 },
} satisfies DetectorOptions;
