/** Which fields a name in a query means: a field's own name or alias, or a name that stands for several fields. */
import { storedType, WirecaseError, type Field, type RecordType } from '@wirecase/contract';
import type { Name } from './tree.ts';

/** A field and where it is: in the record that is searched, or in another record of the same flow. */
export interface Place {
  field: Field;
  /** Null: in the searched record itself. */
  record: RecordType | null;
}

/** Any of `places` has to match. */
export interface Target {
  places: Place[];
  /** What Wireshark's `tcp.port` says besides: the flow's transport. */
  transport: string | null;
}

/** Names that stand for either side or for several protocols, as in Arkime. Fields that the catalogue does not have are left out. */
const virtualFields: readonly { names: readonly string[]; doc: string; fields: readonly string[]; transport?: string }[] = [
  {
    names: ['ip', 'ip.addr', 'ipv6.addr'],
    doc: 'Address of either side, or of the host.',
    fields: ['source.ip', 'destination.ip', 'host.ip', 'arp.sender.ip', 'arp.target.ip'],
  },
  { names: ['port'], doc: 'Port of either side.', fields: ['source.port', 'destination.port'] },
  { names: ['tcp.port'], doc: 'TCP port of either side.', fields: ['source.port', 'destination.port'], transport: 'tcp' },
  { names: ['udp.port'], doc: 'UDP port of either side.', fields: ['source.port', 'destination.port'], transport: 'udp' },
  {
    names: ['mac', 'eth.addr'],
    doc: 'MAC address of either side, or of the host.',
    fields: ['source.mac', 'destination.mac', 'host.mac', 'arp.sender.mac', 'arp.target.mac'],
  },
  {
    names: ['host'],
    doc: 'Name asked for in DNS, HTTP or TLS, or of the host.',
    fields: ['dns.question.name', 'url.domain', 'tls.client.server_name', 'host.name'],
  },
  {
    names: ['country'],
    doc: 'Country of either side, or of the host.',
    fields: ['source.geo.country_iso_code', 'destination.geo.country_iso_code', 'host.geo.country_iso_code'],
  },
  {
    names: ['asn'],
    doc: 'Autonomous system of either side, or of the host.',
    fields: ['source.as.number', 'destination.as.number', 'host.as.number'],
  },
  {
    names: ['zone'],
    doc: 'Zone of either side, or of the host.',
    fields: ['wirecase.src.zone', 'wirecase.dst.zone', 'wirecase.host.zone'],
  },
  { names: ['user'], doc: 'User name seen in clear.', fields: ['wirecase.http.auth_user', 'user.name'] },
];

const flowIdName = 'wirecase.flow.id';
const shortName = (name: string) => name.replace(/^wirecase\./, '');

/** A name that can be written in a query, for completion and for "did you mean". */
export interface KnownName {
  name: string;
  doc: string;
  aliases: readonly string[];
  /** Null for a name that stands for several fields. */
  field: Field | null;
}

/** The names that a search of `record` understands. Another record's fields are within reach when both name their flow. */
export class Scope {
  readonly record: RecordType;
  /** Other record types of which a flow's rows can be asked. */
  readonly linked: readonly RecordType[];

  constructor(record: RecordType, catalogue: readonly RecordType[]) {
    this.record = record;
    const isLinkable = namesFlow(record);
    this.linked = isLinkable ? catalogue.filter((type) => type.name !== record.name && namesFlow(type)) : [];
  }

  /** Null when no field has this name. */
  find(name: string): Target | null {
    const wanted = name.toLowerCase();
    const virtual = virtualFields.find(({ names }) => names.includes(wanted));
    if (!virtual) return asTarget(this.#places(wanted));
    return asTarget(
      virtual.fields.flatMap((field) => this.#places(field)),
      virtual.transport,
    );
  }

  /** As `find`; throws `query.unknown-field` with the nearest names. */
  get(name: Name): Target {
    const target = this.find(name.text);
    if (target) return target;
    const near = nearest(
      name.text.toLowerCase(),
      this.names().flatMap((known) => [known.name, ...known.aliases]),
    );
    const advice = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    throw new WirecaseError(
      'query.unknown-field',
      `At ${name.start}: ${this.record.title} have no field "${name.text.slice(0, 60)}".${advice}`,
      { position: name.start },
    );
  }

  /** Every name once; the searched record's fields first. */
  names(): KnownName[] {
    const known = new Map<string, KnownName>();
    for (const type of [this.record, ...this.linked])
      for (const field of fieldsOf(type))
        if (!known.has(field.name)) known.set(field.name, { name: field.name, doc: field.doc, aliases: field.aliases, field });
    for (const { names, doc } of virtualFields)
      if (this.find(names[0]!)) known.set(names[0]!, { name: names[0]!, doc, aliases: names.slice(1), field: null });
    return [...known.values()];
  }

  /** The searched record's field wins, then the flow's; else every record that has one of that name. */
  #places(wanted: string): Place[] {
    const own = fieldNamed(this.record, wanted);
    if (own) return [{ field: own, record: null }];
    const flow = this.linked.find((type) => type.name === 'flow');
    const ofFlow = flow && fieldNamed(flow, wanted);
    if (flow && ofFlow) return [{ field: ofFlow, record: flow }];
    return this.linked.flatMap((record) => {
      const field = fieldNamed(record, wanted);
      return field ? [{ field, record }] : [];
    });
  }
}

const asTarget = (places: Place[], transport?: string): Target | null =>
  places.length === 0 ? null : { places, transport: transport ?? null };

export const fieldsOf = (type: RecordType): Field[] => Object.values(storedType(type).fields);

const namesFlow = (type: RecordType) => fieldsOf(type).some((field) => field.name === flowIdName);

const fieldTables = new WeakMap<RecordType, ReadonlyMap<string, Field>>();

/** By name, by name without `wirecase.`, or by alias; `wanted` in lower case. */
function fieldNamed(type: RecordType, wanted: string): Field | undefined {
  let table = fieldTables.get(type);
  if (!table) fieldTables.set(type, (table = fieldTable(type)));
  return table.get(wanted);
}

/** Names before short names before aliases, where two fields would share one. */
function fieldTable(type: RecordType): Map<string, Field> {
  const fields = fieldsOf(type);
  const entries = [
    ...fields.map((field) => [field.name, field] as const),
    ...fields.map((field) => [shortName(field.name), field] as const),
    ...fields.flatMap((field) => field.aliases.map((alias) => [alias, field] as const)),
  ].map(([name, field]) => [name.toLowerCase(), field] as const);
  // The first of a name has to win, and a Map keeps the last.
  return new Map(entries.reverse());
}

/** At most three names within two typing errors (fewer in short names), the nearest first. */
function nearest(wanted: string, names: readonly string[]): string[] {
  return [...new Set(names)]
    .map((name) => ({ name, distance: Math.min(distance(wanted, name.toLowerCase()), distance(wanted, shortName(name).toLowerCase())) }))
    .filter((one) => one.distance <= Math.min(2, wanted.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((one) => one.name);
}

/** Levenshtein's distance, or 3 when it is certainly more than 2. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    previous = row;
  }
  return previous[b.length]!;
}
