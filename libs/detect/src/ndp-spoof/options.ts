import type { DetectorOptions } from '../detector.ts';

export const options = {
  claims: {
    doc: 'Advertisements that force an address of another host on a single one, or answer beside its owner, that make it spoofing.',
    unit: 'count',
    default: 2,
  },
  switches: {
    doc: 'How often a host must announce an address to all after its owner used it again; once is enough where the owner is a router and the announcement says that it is none.',
    unit: 'count',
    default: 3,
  },
  window: { doc: 'Time in which these must happen, and the quiet time that ends an incident.', unit: 'seconds', default: 300 },
  answerWait: { doc: 'How long after a question for an address an answer counts as asked for.', unit: 'seconds', default: 2 },
  denials: { doc: 'New addresses, used by nobody before, that others claim when a host tries them.', unit: 'count', default: 2 },
  denialWindow: { doc: 'Time in which so many must be claimed, and the quiet time that ends it.', unit: 'seconds', default: 60 },
} satisfies DetectorOptions;
