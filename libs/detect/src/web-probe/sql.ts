/**
 * Whether the value of a query breaks out of its place in a statement of SQL. Values that are whole statements, or filters that compare a
 * field with a constant, are how people and dashboards ask databases; what is injected compares two constants, or comes behind a value.
 */

/** Characters of a query that are looked at. */
const MAX_CHARACTERS = 4096;
/** Without one of them there is no SQL behind a value. */
const ANY_SIGN = /[%+ '"();]/;
const ESCAPE = /%([\da-f]{2})/gi;
/** `/**\/` stands for a space, and MySQL reads what is in `/*!50000 ... *\/`. */
const COMMENT = /\/\*(?:!\d*|[^*]*\*\/)|\*\//g;
/** A statement of its own: SQL over HTTP. */
const STATEMENT = /^\s*(?:select|show|with|insert|update|delete|create|explain|describe)\b/i;

const CONSTANT = String.raw`(?:\d{1,12}|['"][^'"]{0,40}['"]?|0x[\da-f]+)`;
const INJECTED: readonly RegExp[] = [
  // AND 1=1, OR 'a'='a, HAVING 7=(SELECT ...
  new RegExp(
    String.raw`(?:\b(?:and|or|xor|having|where|when|not|rlike)\b|\|\||&&)[\s(!]*${CONSTANT}[\s)]*(?:=|<|>|!=|\blike\b|\bin\s*\(|\bbetween\s+\S+\s+and\b)[\s=>('"]*(?:\w|$)`,
    'i',
  ),
  /\bunion[\s(]+(?:all[\s(]+|distinct[\s(]+)?select\b/i,
  /\(\s*select\b(?!\s+(?:and|or)\b)/i,
  /\b(?:sleep|pg_sleep|benchmark|extractvalue|updatexml|load_file|xp_cmdshell|randomblob|receive_message|make_set|gtid_subset)\(/i,
  /\bwaitfor\s+delay\b|\bprocedure\s+analyse\b|\binto\s+(?:out|dump)file\b/i,
  /(?:['")]|\bby\s+\d+)\s*(?:--(?:[\s-]|$)|#$)/i,
  /;\s*(?:select|insert|update|delete|drop|declare|exec|shutdown|waitfor)\b/i,
];

/** `query`: as sent, without the question mark. */
export function hasInjection(query: string): boolean {
  if (!ANY_SIGN.test(query)) return false;
  return query.slice(0, MAX_CHARACTERS).split('&').some(isInjected);
}

function isInjected(parameter: string): boolean {
  const value = plain(parameter.slice(parameter.indexOf('=') + 1));
  return ANY_SIGN.test(value) && !STATEMENT.test(value) && INJECTED.some((form) => form.test(value));
}

/** Escapes undone, twice, since filters are got round by escaping them again; comments are spaces. */
function plain(value: string): string {
  let text = value.replaceAll('+', ' ');
  for (let i = 0; i < 2 && text.includes('%'); i++) text = text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return text.includes('*') ? text.replace(COMMENT, ' ') : text;
}
