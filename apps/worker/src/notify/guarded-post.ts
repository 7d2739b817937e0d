/** POST to an address that a user gave, without reaching into the house (RELIABILITY A12): resolved once, checked, pinned; no redirects. */
import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isInNetwork, parseIp, parseNetworkText, WirecaseError } from '@wirecase/contract';

const TIMEOUT_MS = 5_000;
const ANSWER_BYTES = 64 * 1024;

/** Everything that is not the Internet: RFC 6890 and its kin, multicast, and IPv6 that carries IPv4. */
const closed = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
  ...['192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
  ...[
    '::/96',
    '::ffff:0:0/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    'fc00::/7',
    'fe80::/10',
    'fec0::/10',
    'ff00::/8',
  ],
].map((text) => parseNetworkText(text)!);

/** Whether a webhook may reach the address; `allowed`: networks that the operator opened. */
export function isReachable(address: string, allowed: readonly string[]): boolean {
  const bytes = parseIp(address);
  if (!bytes) return false;
  const isIn = (text: string) => {
    const network = parseNetworkText(text);
    return network !== null && isInNetwork(bytes, network);
  };
  return allowed.some(isIn) || !closed.some((network) => isInNetwork(bytes, network));
}

/** Send `body`; resolves when the answer is 2xx. Throws what went wrong, for the delivery log. */
export async function guardedPost(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  allowed: readonly string[],
  resolve: (host: string) => Promise<{ address: string; family: number }[]> = (host) => lookup(host, { all: true }),
): Promise<void> {
  const url = URL.parse(address);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw refused('the address is not http or https');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = await resolve(host);
  const [pinned] = found;
  if (!pinned) throw refused(`${host} has no address`);
  const inside = found.find((each) => !isReachable(each.address, allowed));
  if (inside) throw refused(`${host} is ${inside.address}, which is not on the Internet; WIRECASE_WEBHOOK_ALLOW opens networks`);
  await post(url, pinned, body, headers);
}

function post(
  url: URL,
  pinned: { address: string; family: number },
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: 'POST',
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { 'Content-Type': 'application/json', 'User-Agent': 'Wirecase', 'Content-Length': Buffer.byteLength(body), ...headers },
        // Whatever the name says by now: the address that was checked is the one that is reached.
        lookup: (_host, options, callback) => (options.all ? callback(null, [pinned]) : callback(null, pinned.address, pinned.family)),
      },
      (answer) => {
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES) answer.destroy();
        });
        answer.on('error', () => undefined); // cut short by us; the status is what counts
        answer.on('close', () => {
          const status = answer.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve();
          else
            reject(new Error(status >= 300 && status < 400 ? `it redirects (${status}), which is not followed` : `it answered ${status}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const refused = (why: string) => new WirecaseError('request.invalid', `Not sent: ${why}.`);
