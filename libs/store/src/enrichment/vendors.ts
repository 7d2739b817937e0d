/** Who made a network card, by the beginning of its MAC address: Wireshark's list of what the IEEE gave out. */

/** Lengths of beginnings in hexadecimal digits: MA-S (36 bits), MA-M (28 bits), MA-L (24 bits). */
const prefixDigits = [9, 7, 6];

export class Vendors {
  private readonly names = new Map<string, string>();

  /**
   * `text`: lines of beginning, short name and full name with tabs between them, as `manuf` of Wireshark: `00:00:0C`, `00:1B:C5:00:00:00/36`.
   * What is none of these is passed over.
   */
  constructor(text: string) {
    for (const line of text.split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const [beginning = '', short = '', full = ''] = line.split('\t');
      const parts = /^((?:[0-9a-f]{2}[:-]){2,5}[0-9a-f]{2})(?:\/(\d{2}))?\s*$/i.exec(beginning);
      if (!parts) continue;
      const digits = parts[1]!.replace(/[:-]/g, '').toLowerCase();
      const length = parts[2] === undefined ? digits.length : Number(parts[2]) / 4;
      if (prefixDigits.includes(length)) this.names.set(digits.slice(0, length), (full || short).trim());
    }
  }

  get size(): number {
    return this.names.size;
  }

  /** Null where nobody is known, and for addresses that a host gave itself (locally administered). `mac`: `aa:bb:cc:dd:ee:ff`. */
  of(mac: string): string | null {
    if ((parseInt(mac.slice(0, 2), 16) & 2) !== 0) return null;
    const digits = mac.replaceAll(':', '');
    for (const length of prefixDigits) {
      const name = this.names.get(digits.slice(0, length));
      if (name !== undefined) return name;
    }
    return null;
  }
}
