import { parseArgs } from 'node:util';
import { Failure } from './failure.mjs';

/** Groups of tests, in the order they run. */
export const testGroups = /** @type {const} */ (['unit', 'ui', 'golden', 'hostile', 'api', 'start', 'faults', 'web']);
/** @typedef {typeof testGroups[number]} TestGroup */

/**
 * Read the options of `npm test`.
 * @param {string[]} args
 * @returns {{ only: readonly TestGroup[] }}
 */
export function parseTestOptions(args) {
  const only = onlyOf(args);
  if (only === undefined) return { only: testGroups };
  const names = only.split(',');
  const unknown = names.find((name) => !testGroups.some((group) => group === name));
  if (unknown !== undefined) throw new Failure(`--only takes ${testGroups.join(', ')}; there is no "${unknown}".`);
  return { only: testGroups.filter((group) => names.includes(group)) };
}

/** @param {string[]} args */
function onlyOf(args) {
  try {
    return parseArgs({ args, options: { only: { type: 'string' } } }).values.only;
  } catch (error) {
    throw new Failure(`${/** @type {Error} */ (error).message}\nnpm test [-- --only ${testGroups.join(',')}]`);
  }
}
