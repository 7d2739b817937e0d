/** What DNS names look like: where someone's own part begins, and whether it reads like words or like encoded data. */

/** Second-level names under which countries register, as `co.uk`. */
const sharedSecondLevel = new Set(['ac', 'co', 'com', 'edu', 'gob', 'gov', 'go', 'gv', 'mil', 'ne', 'net', 'nom', 'or', 'org', 'sch']);

/** A name cut into the part that one owner registered, and what stands before it. Lower case. `null`: a name without owner. */
export function splitName(name: string): { domain: string; data: string } | null {
  const text = name.toLowerCase();
  const topAt = text.lastIndexOf('.');
  if (topAt < 0) return null;
  const top = text.slice(topAt + 1);
  if (top === 'arpa' || top === 'local' || top === 'localhost' || top === '') return null;
  let ownedAt = text.lastIndexOf('.', topAt - 1);
  const isShared = top.length === 2 && ownedAt > 0 && sharedSecondLevel.has(text.slice(ownedAt + 1, topAt));
  if (isShared) ownedAt = text.lastIndexOf('.', ownedAt - 1);
  return { domain: text.slice(ownedAt + 1), data: text.slice(0, Math.max(0, ownedAt)) };
}

const LAST_ASCII = 0x7e;
/** Letters and digits. */
const LETTERS = 36;

/** The commonest pairs of letters of English text, about nine tenths of it. */
const pairs = new Uint8Array(LETTERS * LETTERS);
const commonPairs =
  'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll ' +
  'be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ' +
  'ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr ' +
  'od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds lt pi ' +
  'rc rr eg au ck ew mu br bi pt ak pu ui rg ib tl ny ki rk ys ob mm fu ph og ms ye ud mb ip ub oi rl gu dr';
for (const pair of commonPairs.split(' ')) pairs[letter(pair, 0) * LETTERS + letter(pair, 1)] = 1;

/**
 * Share of neighbouring characters that are common pairs of letters, 0-1: names made of words are near 0.8, encoded data below 0.4. Bytes
 * that no name of a host has (RFC 1123 2.1) are in no pair.
 */
export function wordiness(text: string): number {
  let common = 0;
  let count = 0;
  for (let i = 0; i + 1 < text.length; i++) {
    const [first, second] = [letter(text, i), letter(text, i + 1)];
    const isRaw = text.charCodeAt(i) > LAST_ASCII;
    if (!isRaw && (first < 0 || second < 0)) continue;
    count++;
    if (isRaw || second < 0) continue;
    common += pairs[first * LETTERS + second]!;
  }
  return count === 0 ? 1 : common / count;
}

/** Number of a lower-case letter or digit, -1 for what is neither. */
function letter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 97 && code <= 122) return code - 97;
  return code >= 48 && code <= 57 ? code - 22 : -1;
}
