/** What a user can do something about: printed as it is, without a stack. */
export class Failure extends Error {
  /**
   * @param {string} message what happened and what to do, one paragraph
   * @param {{ log?: string, tail?: string[], cause?: unknown }} [details] where more is written, and its last lines
   */
  constructor(message, details = {}) {
    super(message, { cause: details.cause });
    this.name = 'Failure';
    this.log = details.log;
    this.tail = details.tail ?? [];
  }
}

/** Known causes by what tools print. The first that matches is the answer. */
const causes = [
  { pattern: /ENOSPC|No space left on device/i, text: 'The disk is full: make room and run the same command again.' },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|Temporary failure resolving|Could not connect to|Could not resolve '|Failed to fetch/i,
    text: 'The package server is out of reach: check the network (and the proxy settings of npm and apt) and run the same command again.',
  },
  { pattern: /EACCES|Permission denied/i, text: 'A file or folder is not writable for this user.' },
];

/**
 * The cause that a tool's output names, or nothing.
 * @param {string} output
 */
export function causeOf(output) {
  return causes.find(({ pattern }) => pattern.test(output))?.text;
}

/**
 * Print an error for a person: a Failure as one message, anything else (a bug) with its stack.
 * @param {unknown} error
 */
export function printFailure(error) {
  if (!(error instanceof Failure)) {
    const code = /** @type {NodeJS.ErrnoException} */ (error)?.code;
    const known = code && causeOf(code);
    console.error(known ? `\nwirecase: ${known} (${/** @type {Error} */ (error).message})` : error);
    return;
  }
  console.error(`\nwirecase: ${error.message}`);
  for (const line of error.tail) console.error(`    ${line}`);
  if (error.log) console.error(`  More in ${error.log}`);
}
