import type { DetectorOptions } from '../detector.ts';

export const options = {
  messages: { doc: 'Messages between two hosts that ping would not send and no host would reply with.', unit: 'count', default: 12 },
  window: { doc: 'Time in which these must come, and the quiet time that ends a tunnel.', unit: 'seconds', default: 120 },
} satisfies DetectorOptions;
