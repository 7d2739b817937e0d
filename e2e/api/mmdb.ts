/** The smallest database in MaxMind's format 2.0 (https://maxmind.github.io/MaxMind-DB/): one network of IPv4 and what is said of it. */

type Value = string | number | { readonly [name: string]: Value };

/** `network`: address and bits, as `198.51.100.0/24`. */
export function mmdb(network: string, said: Value): Buffer {
  const [address = '', bits = ''] = network.split('/');
  const length = Number(bits);
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const tree = Buffer.alloc(6 * length);
  for (let node = 0; node < length; node++) {
    const bit = Math.floor(number / 2 ** (31 - node)) % 2;
    // The next node, behind the last one the data, which begins 16 beyond the number of nodes; that number itself: nothing is known.
    tree.writeUIntBE(node + 1 < length ? node + 1 : length + 16, 6 * node + 3 * bit, 3);
    tree.writeUIntBE(length, 6 * node + 3 * (1 - bit), 3);
  }
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: 'Test',
    ip_version: 4,
    node_count: length,
    record_size: 24,
  };
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
  return Buffer.concat([tree, Buffer.alloc(16), encoded(said), marker, encoded(metadata)]);
}

/** Type in three bits (2 text, 6 number of 32 bits, 7 map), then the size: from 29 on in a byte more. */
function encoded(value: Value): Buffer {
  if (typeof value === 'number') return Buffer.from([(6 << 5) | 4, value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([Buffer.from(text.length < 29 ? [(2 << 5) | text.length] : [(2 << 5) | 29, text.length - 29]), text]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([Buffer.from([(7 << 5) | entries.length]), ...entries.flatMap(([name, own]) => [encoded(name), encoded(own)])]);
}
