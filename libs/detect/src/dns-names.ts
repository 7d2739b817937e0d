/** What DNS names look like: where someone's own part begins, and whether it reads like words or like encoded data. */

/** Second-level names under which countries register, as `co.uk`. */
const sharedSecondLevel = new Set(['ac', 'co', 'com', 'edu', 'gob', 'gov', 'go', 'gv', 'mil', 'ne', 'net', 'nom', 'or', 'org', 'sch']);

/** A name cut into the part that one owner registered, and what stands before it. Lower case. `null`: a name without owner. */
export function splitName(name: string): { domain: string; data: string } | null {
  const labels = name.toLowerCase().split('.');
  const { length } = labels;
  if (length < 2) return null;
  const top = labels[length - 1]!;
  if (top === 'arpa' || top === 'local' || top === 'localhost' || top === '') return null;
  const owned = length > 2 && top.length === 2 && sharedSecondLevel.has(labels[length - 2]!) ? 3 : 2;
  return { domain: labels.slice(-owned).join('.'), data: labels.slice(0, -owned).join('.') };
}

/** The commonest pairs of letters of English text, about nine tenths of it. */
const pairs = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll ' +
    'be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ' +
    'ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr ' +
    'od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds lt pi ' +
    'rc rr eg au ck ew mu br bi pt ak pu ui rg ib tl ny ki rk ys ob mm fu ph og ms ye ud mb ip ub oi rl gu dr'
  ).split(' '),
);

/** Share of neighbouring characters that are common pairs of letters, 0-1: names made of words are near 0.8, encoded data below 0.4. */
export function wordiness(text: string): number {
  let common = 0;
  let count = 0;
  for (let i = 0; i + 1 < text.length; i++) {
    const pair = text.slice(i, i + 2);
    if (/[^a-z0-9]/.test(pair)) continue;
    count++;
    if (pairs.has(pair)) common++;
  }
  return count === 0 ? 1 : common / count;
}
