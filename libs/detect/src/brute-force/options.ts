import type { DetectorOptions } from '../detector.ts';

export const options = {
  failures: {
    doc: 'Failed logins of one source at one service of one host. A login that succeeds before begins the count anew.',
    unit: 'count',
    default: 6,
  },
  unknowns: { doc: 'The same for logins whose outcome cannot be seen, as forms over HTTP.', unit: 'count', default: 20 },
  sprayHosts: { doc: 'Hosts at which one source fails to log in, however few times at each.', unit: 'count', default: 6 },
  sprayUsers: {
    doc: 'Users as which one source fails to log in at one host that make it spraying rather than guessing.',
    unit: 'count',
    default: 10,
  },
  window: { doc: 'Time in which the logins fall, and quiet time that ends an attack.', unit: 'seconds', default: 600 },
} satisfies DetectorOptions;
