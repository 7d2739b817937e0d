/** `npm test [-- --only unit,api]`: installs and starts what the tests need, runs them all, prints `N passed, N failed`. */
import { enter } from './bootstrap/enter.mjs';
import { parseTestOptions } from './bootstrap/test-options.mjs';

/** Programs that a group of tests needs beside the product's. */
const programsOf = /** @type {const} */ ({
  unit: ['yara'],
  api: ['aiosmtpd', 'rsyslogd', 'yara'],
  faults: ['dumpcap', 'ip', 'tcpreplay', 'tcpdump', 'ssh', 'sshd', 'socat', 'nc'],
  web: ['chromium'],
});

await enter('test', {
  check: parseTestOptions,
  packages: (options) => ({
    required: process.env.REDIS_URL ? [] : ['redis-server'],
    wanted: [
      'tshark',
      'bwrap',
      ...Object.entries(programsOf).flatMap(([group, names]) => (options.only.some((one) => one === group) ? names : [])),
    ],
  }),
});
