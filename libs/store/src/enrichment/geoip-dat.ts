/**
 * Countries from GeoIP's legacy format, as Debian's geoip-database has it: a binary trie over the bits of an address. A node is two records
 * of 3 bytes, little-endian; one of 16,776,960 or more ends the way and says the number of a country, a smaller one is the next node.
 */
import { countryCodes } from './country-codes.ts';

const FIRST_COUNTRY = 16_776_960;
const NODE_BYTES = 6;
/** Numbers that are no country: none, and Asia/Pacific, Europe, proxies, satellites, others. */
const noCountry = new Set(['--', 'AP', 'EU', 'A1', 'A2', 'O1']);

export class GeoIpDat {
  private readonly bytes: Uint8Array;

  /** `bytes`: GeoIP.dat for addresses of 4 bytes, GeoIPv6.dat for those of 16. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Two letters of ISO 3166-1, or null where none is known, the file is of another kind or damaged. `address`: network byte order. */
  country(address: Uint8Array): string | null {
    const { bytes } = this;
    let node = 0;
    for (let bit = 0; bit < 8 * address.length; bit++) {
      const isSet = (address[bit >> 3]! >> (7 - (bit & 7))) & 1;
      const at = node * NODE_BYTES + 3 * isSet;
      if (at + 3 > bytes.length) return null;
      node = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
      if (node < FIRST_COUNTRY) continue;
      const code = countryCodes[node - FIRST_COUNTRY];
      return code === undefined || noCountry.has(code) ? null : code;
    }
    return null;
  }
}
