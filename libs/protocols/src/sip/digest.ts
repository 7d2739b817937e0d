/** The answer to a digest challenge in SIP (RFC 3261 22, RFC 7616) as programs for guessing take it. */

const MAX_PART_CHARACTERS = 255;
/** A star would end a part. */
const part = new RegExp(`\\b(\\w+)=(?:"([^"*]{0,${MAX_PART_CHARACTERS}})"|([^\\s",*]{1,64}))`, 'g');

/** hashcat's mode 11400 for the value of an Authorization header; `null` for another scheme, or when a part is missing. */
export function sipDigest(authorization: string, method: string): string | null {
  if (!/^digest /i.test(authorization)) return null;
  const parts = new Map<string, string>();
  for (const [, name, quoted, bare] of authorization.matchAll(part)) parts.set(name!.toLowerCase(), quoted ?? bare ?? '');
  const of = (name: string) => parts.get(name) ?? '';
  const uri = /^(sips?):(.+)$/.exec(of('uri'));
  if (!uri || !/^(?:MD5)?$/i.test(of('algorithm')) || !/^[0-9a-f]{32}$/i.test(of('response')) || of('nonce') === '') return null;
  const what = [
    of('username'),
    of('realm'),
    method,
    uri[1],
    uri[2],
    '',
    of('nonce'),
    of('cnonce'),
    of('nc'),
    of('qop'),
    'MD5',
    of('response'),
  ];
  return `$sip$***${what.join('*')}`;
}
