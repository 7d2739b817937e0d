import { defineConfig } from 'vitest/config';

/**
 * Every spec outside the web app (that one runs through `ng test`), in projects that `scripts/test.mjs` picks by name.
 * `unit` holds all specs beside the code; those which need PostgreSQL or Redis take DATABASE_URL and REDIS_URL.
 */
const common = {
  // Nest injects by emitted metadata.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
};

const endToEnd = (name: string, include: string, testTimeout: number) => ({
  ...common,
  test: {
    ...{ name, include: [include], testTimeout, hookTimeout: 120_000, fileParallelism: false },
    // What is awaited of real services takes longer on a busy machine than the second that is given by default.
    expect: { poll: { timeout: 30_000 } },
  },
});

export default defineConfig({
  test: {
    env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' },
    projects: [
      {
        ...common,
        test: {
          name: 'unit',
          include: [
            'libs/*/src/**/*.spec.ts',
            'apps/{api,worker,cli}/src/**/*.spec.ts',
            'capture-rotator/src/**/*.spec.ts',
            'scripts/**/*.spec.ts',
            'e2e/lab/**/*.spec.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      endToEnd('golden', 'e2e/baseline/**/*.spec.ts', 120_000),
      endToEnd('hostile', 'e2e/hostile/**/*.spec.ts', 600_000),
      endToEnd('api', 'e2e/api/**/*.spec.ts', 120_000),
      endToEnd('start', 'e2e/start/**/*.spec.ts', 240_000),
      endToEnd('faults', 'e2e/faults/**/*.spec.ts', 600_000),
      endToEnd('web', 'e2e/web/**/*.spec.ts', 240_000),
    ],
  },
});
