/** One line of progress a step, with its seconds. */

/**
 * Run a step and print its line when it is done.
 * @template T
 * @param {string} name
 * @param {() => Promise<{ said: string, value: T } | string>} work answers what to say of it
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const begin = performance.now();
  const result = await work();
  const said = typeof result === 'string' ? result : result.said;
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  if (said) console.log(`  ${name.padEnd(16)} ${said.padEnd(58)} ${seconds.padStart(6)} s`);
  return /** @type {T} */ (typeof result === 'string' ? undefined : result.value);
}

/** @param {string} text */
export function warn(text) {
  console.log(`  ! ${text}`);
}
