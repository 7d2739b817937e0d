/** What setting up a try costs, in items handed to it. */
const TRY = 1000;

/**
 * The least part of a list that still passes a test (after delta debugging, Zeller 2002): parts are left out, halves first, then smaller
 * ones down to single items, the last ones first, as long as the test holds. Single items are gone through until none can be left out any
 * longer: without one, another may have become needless. `fires` must hold for `items`. `budget`: items that may be handed to the test in
 * all, each try counting `TRY` more; the result depends on nothing else.
 */
export async function leastThatFires<Item>(
  items: readonly Item[],
  fires: (items: readonly Item[]) => Promise<boolean>,
  budget: number,
): Promise<readonly Item[]> {
  let kept = items;
  let spent = 0;
  let size = Math.ceil(kept.length / 2);
  for (let isLess = true; size > 1 || isLess;) {
    isLess = false;
    for (let end = kept.length; end > 0 && spent < budget; end -= size) {
      const without = [...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)];
      spent += without.length + TRY;
      if (without.length === 0 || !(await fires(without))) continue;
      kept = without;
      isLess = true;
    }
    if (size > 1) {
      size = Math.ceil(size / 2);
      isLess = true;
    }
  }
  return kept;
}
