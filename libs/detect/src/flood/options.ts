import type { DetectorOptions } from '../detector.ts';

export const options = {
  rate: {
    doc: 'SYNs without handshake, ACKs outside connections, unanswered flows of UDP and other protocols or ICMP messages that a host may get each second for ever.',
    unit: 'count',
    default: 20,
  },
  burst: { doc: 'How many more than that make a flood.', unit: 'count', default: 100 },
  anyPortBurst: {
    doc: 'How many more SYNs (or ACKs outside connections) than `rate` to ports of a host that had none before, from half as many sources or more, make a flood of all its ports: fewer sources scan.',
    unit: 'count',
    default: 500,
  },
  streamRate: {
    doc:
      'The same as `rate` for the packets of flows of UDP and other protocols without answer, however few flows, to a host that has never spoken with the ' +
      'source: media streams have no answer either.',
    unit: 'count',
    default: 250,
  },
  streamBurst: { doc: 'How many more than `streamRate` make a flood.', unit: 'count', default: 150 },
  knownRate: {
    doc: 'The same as `streamRate` when the two have spoken, or the port is one of collectors of logs and flow records.',
    unit: 'count',
    default: 4000,
  },
  knownBurst: { doc: 'How many more than `knownRate` make a flood.', unit: 'count', default: 4000 },
  quiet: { doc: 'Quiet time that ends a flood.', unit: 'seconds', default: 60 },
} satisfies DetectorOptions;
