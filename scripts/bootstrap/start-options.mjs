import { parseArgs } from 'node:util';
import { Failure } from './failure.mjs';

const help = `npm start -- [options]

  --port N         port of the web page and API (default 8080, 0 = any free one)
  --host H         address to listen on (default 127.0.0.1; any other needs TLS or a trusted proxy, see README)
  --data DIR       where everything is kept (default .wirecase in this folder)
  --interface IF   capture on this network interface
  --help           this text

Environment: DATABASE_URL and REDIS_URL for servers of your own, WIRECASE_ADMIN_PASSWORD to make the user "admin" without
the set-up link. .env.example lists every variable.`;

/**
 * @typedef {object} StartOptions
 * @property {number} port
 * @property {string} host
 * @property {string} data
 * @property {string | undefined} interface
 */

/**
 * Read the options of `npm start`; environment variables are the defaults.
 * @param {string[]} args
 * @returns {StartOptions}
 */
export function parseStartOptions(args) {
  const { values } = parse(args);
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  const given = values.port ?? variable('WIRECASE_PORT') ?? '8080';
  const port = Number(given);
  if (given.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65535)
    throw new Failure(`--port (or WIRECASE_PORT) takes a number from 0 to 65535, not "${given}".`);
  return {
    port,
    host: values.host ?? variable('WIRECASE_HOST') ?? '127.0.0.1',
    data: values.data ?? variable('WIRECASE_DATA') ?? '.wirecase',
    interface: values.interface ?? variable('WIRECASE_CAPTURE_INTERFACE'),
  };
}

/**
 * An empty variable counts as not given, as it does for the processes themselves.
 * @param {string} name
 */
function variable(name) {
  return process.env[name] || undefined;
}

/** @param {string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  try {
    return parseArgs({ args, options: { port: text, host: text, data: text, interface: text, help: { type: 'boolean' } } });
  } catch (error) {
    throw new Failure(`${/** @type {Error} */ (error).message}\n\n${help}`);
  }
}
