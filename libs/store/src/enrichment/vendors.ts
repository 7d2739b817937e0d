/** Who made a network card, by the beginning of its MAC address: Wireshark's list of what the IEEE gave out. */

/** Lengths of beginnings in hexadecimal digits: MA-S (36 bits), MA-M (28 bits), MA-L (24 bits). */
const prefixDigits = [9, 7, 6];
const macDigits = 12;

export class Vendors {
  private readonly text: string;
  /** By `keyOf` a beginning: where in the text what follows it stands. Names are cut out when they are asked for, of 50,000 few are. */
  private readonly places = new Map<number, number>();

  /**
   * `text`: lines of beginning, short name and full name with tabs between them, as `manuf` of Wireshark: `00:00:0C`, `00:1B:C5:00:00:00/36`.
   * What is none of these is passed over.
   */
  constructor(text: string) {
    this.text = text;
    const beginning = /^((?:[0-9a-f]{2}[:-]){2,5}[0-9a-f]{2})(?:\/(\d{2}))? *\t/gim;
    for (let found = beginning.exec(text); found; found = beginning.exec(text)) {
      const { digits, value } = read(found[1]!);
      const length = found[2] === undefined ? digits : Number(found[2]) / 4;
      if (prefixDigits.includes(length)) this.places.set(keyOf(value, digits, length), beginning.lastIndex);
    }
  }

  get size(): number {
    return this.places.size;
  }

  /** Null where nobody is known, and for addresses that a host gave itself (locally administered). `mac`: `aa:bb:cc:dd:ee:ff`. */
  of(mac: string): string | null {
    if ((parseInt(mac.slice(0, 2), 16) & 2) !== 0) return null;
    const { value } = read(mac);
    for (const length of prefixDigits) {
      const place = this.places.get(keyOf(value, macDigits, length));
      if (place !== undefined) return this.nameAt(place);
    }
    return null;
  }

  /** The full name, or the short one where there is no other. */
  private nameAt(place: number): string {
    const end = this.text.indexOf('\n', place);
    const [short = '', full = ''] = this.text.slice(place, end < 0 ? undefined : end).split('\t');
    return (full || short).trim();
  }
}

/** The hexadecimal digits of a text with `:` or `-` between them: how many, and the number that they are. */
function read(text: string): { digits: number; value: number } {
  const digits = text.replaceAll(/[:-]/g, '');
  return { digits: digits.length, value: parseInt(digits, 16) };
}

/** One number for the first `length` of the digits, and how many they are. */
function keyOf(value: number, digits: number, length: number): number {
  return Math.floor(value / 16 ** (digits - length)) * 16 + length;
}
