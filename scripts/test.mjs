/** `npm test [-- --only unit,api]`: installs and starts what the tests need, runs them all, prints `N passed, N failed`. */
import { enter } from './bootstrap/enter.mjs';
import { parseTestOptions } from './bootstrap/test-options.mjs';

await enter('test', {
  check: parseTestOptions,
  packages: (options) => ({
    required: process.env.REDIS_URL ? [] : ['redis-server'],
    wanted: options.only.includes('web') ? ['tshark', 'bwrap', 'chromium'] : ['tshark', 'bwrap'],
  }),
});
