/** `npm start`: everything Wirecase needs on this machine, then Wirecase itself. `npm start -- --help` says what can be chosen. */
import { enter } from './bootstrap/enter.mjs';
import { parseStartOptions } from './bootstrap/start-options.mjs';

await enter('start', {
  check: parseStartOptions,
  packages: (options) => ({
    required: process.env.REDIS_URL ? [] : ['redis-server'],
    wanted: options.interface ? ['tshark', 'dumpcap', 'bwrap'] : ['tshark', 'bwrap'],
  }),
});
