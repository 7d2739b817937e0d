/** Says of flows and hosts, as their rows are written, what their addresses tell: vendor, country, network, zone, direction. */
import { flowRecord, formatIp, hostRecord, type FlowRow, type HostRow, type RecordSink, type Zone } from '@wirecase/contract';
import type { EnrichmentSources, Place } from './sources.ts';
import { directionOf, isGroup, Zones } from './zones.ts';

/** Addresses whose facts are kept; beyond it they begin anew. */
const MAX_REMEMBERED = 50_000;

interface Facts extends Place {
  zone: string | null;
  isInside: boolean;
  isGroup: boolean;
}

export class Enricher {
  private readonly sources: EnrichmentSources;
  private readonly zones: Zones;
  private readonly facts = new Map<string, Facts>();
  private readonly vendors = new Map<string, string | null>();

  constructor(sources: EnrichmentSources, zones: readonly Zone[]) {
    this.sources = sources;
    this.zones = new Zones(zones);
  }

  /** A sink that adds to rows what is known, and hands them on. */
  sink(next: RecordSink): RecordSink {
    return {
      record: (type, row) => {
        if (type.name === flowRecord.name) this.flow(row as unknown as FlowRow);
        else if (type.name === hostRecord.name) this.host(row as unknown as HostRow);
        next.record(type, row);
      },
    };
  }

  private flow(row: FlowRow): void {
    const source = this.factsOf(row.sourceIp);
    const destination = this.factsOf(row.destinationIp);
    row.sourceCountry = source.country;
    row.sourceCity = source.city;
    row.sourceAsNumber = source.asNumber;
    row.sourceAsName = source.asName;
    row.sourceZone = source.zone;
    row.sourceVendor = row.sourceMac === null ? null : this.vendorOf(row.sourceMac);
    row.destinationCountry = destination.country;
    row.destinationCity = destination.city;
    row.destinationAsNumber = destination.asNumber;
    row.destinationAsName = destination.asName;
    row.destinationZone = destination.zone;
    row.destinationVendor = row.destinationMac === null ? null : this.vendorOf(row.destinationMac);
    row.direction = directionOf(source.isInside, destination.isGroup ? source.isInside : destination.isInside);
  }

  private host(row: HostRow): void {
    const { country, city, asNumber, asName, zone } = this.factsOf(row.ip);
    row.country = country;
    row.city = city;
    row.asNumber = asNumber;
    row.asName = asName;
    row.zone = zone;
    row.macVendors = [...new Set(row.macs.flatMap((mac) => this.vendorOf(mac) ?? []))];
  }

  private factsOf(address: Uint8Array): Facts {
    const key = formatIp(address);
    let facts = this.facts.get(key);
    if (facts) return facts;
    if (this.facts.size >= MAX_REMEMBERED) this.facts.clear();
    const zone = this.zones.of(address);
    facts = { ...this.sources.place(address), zone: zone?.name ?? null, isInside: this.zones.isInside(address), isGroup: isGroup(address) };
    this.facts.set(key, facts);
    return facts;
  }

  private vendorOf(mac: string): string | null {
    let vendor = this.vendors.get(mac);
    if (vendor !== undefined) return vendor;
    if (this.vendors.size >= MAX_REMEMBERED) this.vendors.clear();
    this.vendors.set(mac, (vendor = this.sources.vendor(mac)));
    return vendor;
  }
}
