import type { DetectorOptions } from '../detector.ts';

export const options = {
  ranges: {
    doc: 'Parts of one page that a request asks for at once. Players and readers of documents ask for one to some dozens.',
    unit: 'count',
    default: 150,
  },
  quiet: { doc: 'Quiet time that ends an attack.', unit: 'seconds', default: 300 },
} satisfies DetectorOptions;
