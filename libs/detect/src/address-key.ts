/** Numbers for IPv6 addresses where a detector keys its state by them and holds too few to number them one by one. */

/** A hash of 52 bits of the address at `at` of `words` (four of them, network order) in a VLAN: equal for no two that meet by chance. */
export function addressKey(vlan: number, words: Int32Array, at = 0): number {
  const low = mixed(words, at, 0x9e3779b1, vlan);
  const high = mixed(words, at, 0xc2b2ae35, ~vlan);
  return (high & 0xf_ffff) * 0x1_0000_0000 + low;
}

/** 32 bits. */
function mixed(words: Int32Array, at: number, factor: number, seed: number): number {
  let hash = seed;
  for (let i = 0; i < 4; i++) {
    hash = Math.imul(hash ^ words[at + i]!, factor);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
