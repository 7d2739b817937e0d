/** Patterns of STIX 2.1 (part 9), as far as lists of indicators have them: what one of them compares, or nothing. */
import type { IndicatorType } from './indicator.ts';

export interface PatternTerm {
  type: IndicatorType;
  value: string;
}

/** Paths that are compared, without quotes and hyphens in the names of hashes, in lower case. */
const paths: Readonly<Record<string, IndicatorType>> = {
  'ipv4-addr:value': 'ip',
  'ipv6-addr:value': 'ip',
  'network-traffic:src_ref.value': 'ip',
  'network-traffic:dst_ref.value': 'ip',
  'domain-name:value': 'domain',
  'url:value': 'url',
  'file:hashes.md5': 'md5',
  'file:hashes.sha1': 'sha1',
  'file:hashes.sha256': 'sha256',
  'x509-certificate:hashes.sha1': 'cert-sha1',
  'x509-certificate:hashes.sha256': 'cert-sha256',
};
/** Paths that say more of the same thing, as MISP writes them with AND: without them as much or more is found. */
const companions = /^(file:(name|size|hashes\.\w+)|network-traffic:((src|dst)_(ref\.type|port)|protocols\[[*\d]+\]))$/;
/** Of one file the hash that fewest files share. */
const strongest: readonly IndicatorType[] = ['sha256', 'sha1', 'md5'];

/** One way alone to read a text, so that a long one that is no pattern takes linear time. */
const quotedText = `'(?:[^'\\\\]|\\\\.)*'`;
const comparison = new RegExp(
  `\\s*([a-z0-9-]+:[a-z_]+(?:\\[[*\\d]+\\])?)(?:\\.(?:'([\\w-]+)'|([\\w-]+)))?\\s*` +
    `(?:(=|ISSUBSET)\\s*(${quotedText}|\\d+)|IN\\s*\\(\\s*(${quotedText}(?:\\s*,\\s*${quotedText})*)\\s*\\))\\s*`,
  'iy',
);
const text = /'((?:[^'\\]|\\.)*)'/g;

interface Comparison {
  path: string;
  isSubset: boolean;
  values: string[];
}

/** What is compared; null for anything but comparisons by `=`, `IN` and `ISSUBSET` that are joined by OR, or by AND with companions. */
export function patternTerms(pattern: string): PatternTerm[] | null {
  const terms: PatternTerm[] = [];
  let at = 0;
  const skip = (token: RegExp): boolean => {
    token.lastIndex = at;
    const found = token.test(pattern);
    if (found) at = token.lastIndex;
    return found;
  };
  do {
    if (!skip(/\s*\[/y)) return null;
    do {
      const together: Comparison[] = [];
      do {
        comparison.lastIndex = at;
        const match = comparison.exec(pattern);
        if (!match) return null;
        at = comparison.lastIndex;
        together.push(comparisonOf(match));
      } while (skip(/AND\b/iy));
      const said = termsOf(together);
      if (said === null) return null;
      terms.push(...said);
    } while (skip(/OR\b/iy));
    if (!skip(/\s*\]/y)) return null;
  } while (skip(/\s*OR\b/iy));
  return skip(/\s*$/y) ? terms : null;
}

function comparisonOf([, object, quoted, plain, operator, value, set]: RegExpExecArray): Comparison {
  const member = quoted ?? plain;
  const path = `${object!.toLowerCase()}${member === undefined ? '' : `.${member.replaceAll('-', '').toLowerCase()}`}`;
  const values = [...(value ?? set ?? '').matchAll(text)].map((found) => found[1]!.replaceAll(/\\(.)/g, '$1'));
  return { path, isSubset: operator?.toUpperCase() === 'ISSUBSET', values };
}

/** Of comparisons that hold together: those of one thing, the rest being companions. */
function termsOf(together: readonly Comparison[]): PatternTerm[] | null {
  const compared = together.filter(({ path }) => Object.hasOwn(paths, path));
  if (together.some((each) => !compared.includes(each) && !companions.test(each.path))) return null;
  const strength = ({ path }: Comparison): number => strongest.indexOf(paths[path]!);
  const [one] = compared.toSorted((a, b) => strength(a) - strength(b));
  const isOneFile = compared.every(({ path }) => path.startsWith('file:'));
  if (!one || (compared.length > 1 && !isOneFile)) return null;
  const type = paths[one.path]!;
  if (one.values.length === 0 || (one.isSubset && type !== 'ip')) return null;
  return one.values.map((value) => ({ type: type === 'ip' && value.includes('/') ? 'cidr' : type, value }));
}
