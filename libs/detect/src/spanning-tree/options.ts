import type { DetectorOptions } from '../detector.ts';

export const options = {
  hellos: {
    doc: 'Messages for one root, three seconds or more apart in all, after which a tree is taken for settled.',
    unit: 'count',
    default: 3,
  },
  messages: {
    doc: 'Messages of one tree within a second that are a flood: each port of a switch sends one a second or two, six at most when the tree changes.',
    unit: 'count',
    default: 200,
  },
  quiet: { doc: 'Quiet time that ends a flood.', unit: 'seconds', default: 60 },
} satisfies DetectorOptions;
