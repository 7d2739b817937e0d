import type { DetectorOptions } from '../detector.ts';

export const options = {
  minimum: {
    doc: 'Packets, names asked for and logins of a host in a window with which the window is judged. A million turns the model off.',
    unit: 'count',
    default: 6,
  },
  percent: {
    doc: 'How sure the model must be for an alert of its own, in per cent. 101: it only adds to the evidence of other alerts.',
    unit: 'count',
    default: 95,
  },
  windows: { doc: 'Windows that must agree on one class of attack for an alert.', unit: 'count', default: 6 },
  within: { doc: 'Time in which they must do so.', unit: 'seconds', default: 120 },
  quiet: {
    doc: 'Time without such a window after which the alert is told, where no other detector has told of the host.',
    unit: 'seconds',
    default: 900,
  },
} satisfies DetectorOptions;
