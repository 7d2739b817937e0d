/** What setting up a try costs, in items handed to it. */
const TRY = 1000;
/** So many parts are many: leaving them out one by one takes longer than to look at kinds. */
const PARTS = 16;

/**
 * The least part of a list that still passes a test (after delta debugging, Zeller 2002): parts are left out, halves first, then smaller
 * ones down to single items, the last ones first, as long as the test holds. Single items are gone through until none can be left out any
 * longer: without one, another may have become needless. `fires` must hold for `items`. `budget`: items that may be handed to the test in
 * all, each try counting `TRY` more; the result depends on nothing else. What takes turns with what is needed, as answers do with requests,
 * is never a part by itself: once parts are small, items of one kind are left out together, all of them or all but the first. Of lists too
 * long to be gone through one by one, which are a thousand alike that count, a round ends where `PARTS` parts in a row were needed: the
 * next, of smaller parts, may find what is too much.
 */
export async function leastThatFires<Item>(
  items: readonly Item[],
  fires: (items: readonly Item[]) => Promise<boolean>,
  budget: number,
  kindOf: (item: Item) => unknown = () => 0,
): Promise<readonly Item[]> {
  let kept = items;
  let spent = 0;
  /** Go on with these, if they pass. */
  const keep = async (some: readonly Item[]): Promise<boolean> => {
    if (spent >= budget || some.length === 0 || some.length === kept.length) return false;
    spent += some.length + TRY;
    if (!(await fires(some))) return false;
    kept = some;
    return true;
  };
  let size = Math.ceil(kept.length / 2);
  let hasKinds = false;
  for (let isLess = true; size > 1 || isLess;) {
    isLess = false;
    if (!hasKinds && PARTS * size < kept.length) {
      hasKinds = true;
      for (const [kind, first] of firstsOf(kept, kindOf)) {
        const others = (item: Item): boolean => kindOf(item) !== kind;
        if (!(await keep(kept.filter(others)))) await keep(kept.filter((item) => item === first || others(item)));
      }
    }
    const isLong = kept.length * (kept.length + TRY) > budget - spent;
    let needed = 0;
    for (let end = kept.length; end > 0 && spent < budget; end -= size) {
      if (await keep([...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)])) {
        isLess = true;
        needed = 0;
      } else if (++needed === PARTS && isLong && size > 1) break;
    }
    if (size > 1) {
      size = Math.ceil(size / 2);
      isLess = true;
    }
  }
  return kept;
}

/** The first item of each kind. */
function firstsOf<Item>(items: readonly Item[], kindOf: (item: Item) => unknown): Map<unknown, Item> {
  return new Map(items.toReversed().map((item) => [kindOf(item), item]));
}
