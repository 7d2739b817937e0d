import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import configuration from '../../../.dependency-cruiser.mjs';

const folders = ['libs', 'apps', 'capture-rotator', 'migrations', 'scripts', 'e2e'];

/** Every import below `directory` that breaks a rule, as `rule: from -> to`. */
export async function brokenRules(directory: string): Promise<string[]> {
  const { forbidden, options } = configuration;
  const present = folders.filter((folder) => existsSync(join(directory, folder)));
  const { output } = await cruise(
    present,
    { ...options, ruleSet: { forbidden }, validate: true, baseDir: directory },
    {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.d.ts'],
    },
  );
  return (output as ICruiseResult).summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}
