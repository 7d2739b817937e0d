/** The data that says more of addresses than packets do: all of it on this machine, each of it dispensable. Opened when first asked for. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatIp } from '@wirecase/contract';
import { Reader, type Response } from 'mmdb-lib';
import { GeoIpDat } from './geoip-dat.ts';
import { Vendors } from './vendors.ts';

/** Where Debian puts them: libwireshark-data, which tshark needs, and geoip-database. */
const manufPath = '/usr/share/wireshark/manuf';
const geoIpPaths: readonly [v4: string, v6: string] = ['/usr/share/GeoIP/GeoIP.dat', '/usr/share/GeoIP/GeoIPv6.dat'];
/** Operators' own databases, below the data folder: any of country, city and ASN. */
export const mmdbFolder = 'geoip';

/** What is known of where an address is. */
export interface Place {
  country: string | null;
  city: string | null;
  asNumber: number | null;
  asName: string | null;
}

/** What of MaxMind's format (2.0) is read; other databases use the same names. */
interface MmdbRecord {
  country?: { iso_code?: unknown };
  city?: { names?: { en?: unknown } };
  autonomous_system_number?: unknown;
  autonomous_system_organization?: unknown;
}

export interface SourcePaths {
  manuf: string;
  geoIp: readonly [v4: string, v6: string];
  /** Folder of `*.mmdb`. */
  mmdb: string;
}

export const sourcePaths = (dataDir: string): SourcePaths => ({ manuf: manufPath, geoIp: geoIpPaths, mmdb: join(dataDir, mmdbFolder) });

export class EnrichmentSources {
  private readonly paths: SourcePaths;
  private vendors: Vendors | null | undefined;
  private geoIp: (GeoIpDat | null)[] | undefined;
  private mmdbs: Reader<Response>[] | undefined;

  constructor(paths: SourcePaths) {
    this.paths = paths;
  }

  vendor(mac: string): string | null {
    if (this.vendors === undefined) {
      const text = bytesOf(this.paths.manuf);
      this.vendors = text && new Vendors(text.toString('utf8'));
    }
    return this.vendors?.of(mac) ?? null;
  }

  /** The operator's databases first, then Debian's. */
  place(address: Uint8Array): Place {
    const place: Place = { country: null, city: null, asNumber: null, asName: null };
    for (const reader of this.readers()) addFrom(place, reader, formatIp(address));
    this.geoIp ??= this.paths.geoIp.map((path) => {
      const bytes = bytesOf(path);
      return bytes && new GeoIpDat(bytes);
    });
    place.country ??= this.geoIp[address.length === 4 ? 0 : 1]?.country(address) ?? null;
    return place;
  }

  /** One sentence a source: what is there, and how to get what is missing. */
  describe(): string[] {
    const mmdbs = mmdbPaths(this.paths.mmdb);
    return [
      existing(this.paths.manuf)
        ? 'vendors of MAC addresses are known'
        : `no vendors: ${this.paths.manuf} is missing (Debian: libwireshark-data)`,
      this.paths.geoIp.every(existing) ? 'countries are known' : 'no countries: install the Debian package geoip-database',
      mmdbs.length > 0
        ? `${mmdbs.length} own databases (${mmdbs.map((path) => path.split('/').at(-1)).join(', ')})`
        : 'no own MMDB files in geoip/ of the data folder',
    ];
  }

  private readers(): readonly Reader<Response>[] {
    this.mmdbs ??= mmdbPaths(this.paths.mmdb).flatMap((path) => {
      try {
        return [new Reader<Response>(readFileSync(path))];
      } catch {
        // Not of that format, or it went away: as if it were not there; the page System lists what is.
        return [];
      }
    });
    return this.mmdbs;
  }
}

function addFrom(place: Place, reader: Reader<Response>, ip: string): void {
  let found: MmdbRecord | null;
  try {
    found = reader.get(ip) as MmdbRecord | null;
  } catch {
    // An address of IPv6 in a database of IPv4, or a damaged record.
    return;
  }
  if (found === null) return;
  const { country, city, autonomous_system_number: asNumber, autonomous_system_organization: asName } = found;
  if (typeof country?.iso_code === 'string') place.country ??= country.iso_code.slice(0, 2);
  if (typeof city?.names?.en === 'string') place.city ??= city.names.en.slice(0, 200);
  if (typeof asNumber === 'number') place.asNumber ??= asNumber;
  if (typeof asName === 'string') place.asName ??= asName.slice(0, 200);
}

function mmdbPaths(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.mmdb'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    // Nobody made the folder.
    return [];
  }
}

function existing(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function bytesOf(path: string): Buffer | null {
  return existing(path) ? readFileSync(path) : null;
}
