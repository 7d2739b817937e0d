/** `npm run build`. */
import { step } from '../bootstrap/steps.mjs';
import { buildIfChanged, builds } from './builds.ts';

for (const build of builds) {
  await step(build.name, async () => ((await buildIfChanged(build)) ? 'built' : 'unchanged'));
}
