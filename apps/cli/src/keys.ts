/** `wirecase keys`: API keys, made directly in the database of this machine's server. Whoever may read its data directory may do this. */
import { parseArgs } from 'node:util';
import { WirecaseError, parseNetworkText, permissions, type ApiKey } from '@wirecase/contract';
import { ApiKeys, connectAccounts } from '@wirecase/store';
import { readRuntime } from './runtime.ts';

export const keysUsage = `Usage: wirecase keys create --name NAME --scopes SCOPE[,SCOPE...] [--expires DATE] [--from NETWORK[,NETWORK...]] [--data DIR]
       wirecase keys list [--data DIR]
       wirecase keys revoke ID [--data DIR]

Makes, lists and revokes API keys in the database of the server that runs on DIR (default .wirecase); without one, in DATABASE_URL.
create prints the key alone on standard output. It is shown this once.

  --scopes   all, or some of: ${grantable().join(' ')}
  --expires  RFC 3339 date or time after which the key ends
  --from     addresses or networks that it may be used from (10.0.0.0/8,2001:db8::/32); without it, from everywhere
`;

/** Exit code: 0 done, 1 it could not be done, 2 wrong usage. */
export async function keys(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      scopes: { type: 'string' },
      expires: { type: 'string' },
      from: { type: 'string' },
      data: { type: 'string', default: env['WIRECASE_DATA'] ?? '.wirecase' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(keysUsage);
    return 0;
  }
  const [command, id, ...rest] = positionals;
  if (command === 'create' && !id) {
    const key = checkNewKey(values);
    return typeof key === 'string' ? wrongUsage(key) : withKeys(values.data, env, (all) => create(all, key));
  }
  if (command === 'list' && !id) return withKeys(values.data, env, list);
  if (command === 'revoke' && id && rest.length === 0) return withKeys(values.data, env, (all) => all.revoke(id, null));
  return wrongUsage('Say create, list or revoke ID.');
}

interface NewKey {
  name: string;
  scopes: string[];
  allowedCidrs: string[];
  expiresAt: Date | null;
}

/** The key that is asked for, or what is wrong with it. */
function checkNewKey(values: { name?: string; scopes?: string; expires?: string; from?: string }): NewKey | string {
  const scopes = listOf(values.scopes);
  const allowedCidrs = listOf(values.from);
  const unknown = scopes.find((scope) => scope !== 'all' && !grantable().includes(scope));
  if (!values.name) return 'Give the key a name with --name.';
  if (scopes.length === 0) return 'Say what the key may do with --scopes, e.g. --scopes all.';
  if (unknown !== undefined) return `There is no scope ${unknown}.`;
  const wrong = allowedCidrs.find((network) => parseNetworkText(network) === null);
  if (wrong !== undefined || (values.from !== undefined && allowedCidrs.length === 0))
    return `--from must list addresses or networks; "${wrong ?? values.from}" is neither.`;
  const expiresAt = values.expires === undefined ? null : new Date(values.expires);
  if (expiresAt && !(expiresAt.getTime() > Date.now())) return '--expires must be a date or time in the future.';
  return { name: values.name, scopes, allowedCidrs, expiresAt };
}

function listOf(text = ''): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

async function create(all: ApiKeys, key: NewKey): Promise<void> {
  const made = await all.create({ ...key, ownerId: null });
  console.log(made.key);
}

async function list(all: ApiKeys): Promise<void> {
  for (const key of await all.list(null)) console.log(describe(key));
}

function describe(key: ApiKey): string {
  const expiry = key.expiresAt ? `until ${key.expiresAt}` : 'no expiry';
  const use = key.lastUsedAt ? `last used ${key.lastUsedAt}` : 'never used';
  const where = key.allowedCidrs.length > 0 ? `from ${key.allowedCidrs.join(',')}` : 'from everywhere';
  return [key.id, `${key.prefix}…`, key.name, key.scopes.join(','), `of ${key.owner}`, where, expiry, use].join('  ');
}

async function withKeys(directory: string, env: NodeJS.ProcessEnv, work: (all: ApiKeys) => Promise<void>): Promise<number> {
  const databaseUrl = (await readRuntime(directory)).databaseUrl ?? env['DATABASE_URL'];
  if (databaseUrl === undefined) {
    console.error(
      `No server was started on ${directory}, and DATABASE_URL is not set. Start one with npm start, or name its directory with --data.`,
    );
    return 1;
  }
  try {
    const source = await connectAccounts(databaseUrl);
    try {
      await work(new ApiKeys(source));
    } finally {
      await source.destroy();
    }
    return 0;
  } catch (error) {
    // What the environment can cause; a bug is thrown on.
    if (!(error instanceof WirecaseError)) throw error;
    console.error(`${error.title}. ${error.message}`);
    return 1;
  }
}

function wrongUsage(message: string): number {
  console.error(`${message}\n\n${keysUsage}`);
  return 2;
}

/** What a key may be given: all that a role has but what needs a person at a browser. */
function grantable(): string[] {
  return permissions.filter((each) => each !== 'public' && each !== 'session');
}
