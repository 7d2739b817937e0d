import { field, optional, type Fields, type RowOf } from './field.ts';

/** One kind of row: `flow`, `dns`, `alert` ... Its name is the table, the `"record"` of NDJSON and the group in the UI. */
export interface RecordType<F extends Fields = Fields> {
  readonly name: string;
  readonly title: string;
  /** What one row is, for the analyst. */
  readonly doc: string;
  readonly fields: F;
}

/** What every protocol record carries; the engine fills it, a parser gives the rest. */
export const recordBase = {
  id: field('wirecase.record.id', 'id', "Id of the record: capture SHA-256 (first 8 bytes) and the record's number in it.", {
    label: 'Record',
  }),
  flowId: field('wirecase.flow.id', 'id', 'The flow in which it was said.', { label: 'Flow', indexed: true }),
  packet: field('wirecase.packet.number', 'count', "Number of the packet that completed the record, from 1, as Wireshark's frame.number.", {
    label: 'Packet',
  }),
  time: field('@timestamp', 'time', 'Packet time of that packet.', { label: 'Time', aliases: ['ts'] }),
  sourceIp: field('source.ip', 'ip', 'Originator of the flow.', { label: 'Source' }),
  sourcePort: optional('source.port', 'port', 'Port of the originator.', { label: 'Source port' }),
  destinationIp: field('destination.ip', 'ip', 'Responder of the flow.', { label: 'Destination' }),
  destinationPort: optional('destination.port', 'port', 'Port of the responder.', { label: 'Destination port' }),
} satisfies Fields;

export type RecordBaseRow = RowOf<typeof recordBase>;
/** What the parser of a record type gives: its own fields, without the base. */
export type OwnRow<T extends RecordType> = Omit<RowOf<T['fields']>, keyof RecordBaseRow>;

/** Declare a core record type (flow, alert, weird ...) whose fields are all given. */
export function coreRecord<F extends Fields>(name: string, title: string, doc: string, fields: F): RecordType<F> {
  return { name, title, doc, fields };
}

/** Declare a protocol record: the base fields and its own. */
export function recordType<F extends Fields>(name: string, title: string, doc: string, fields: F): RecordType<typeof recordBase & F> {
  return { name, title, doc, fields: { ...recordBase, ...fields } };
}

/** The capture that a stored row came from. The store keeps it with every row; the engine, which sees one capture, leaves it out. */
export const captureIdField = field('wirecase.capture.id', 'id', 'Id of the capture in which it was seen.', {
  label: 'Capture',
  aliases: ['capture'],
});

export type StoredFields<F extends Fields> = { readonly captureId: typeof captureIdField } & F;

const storedTypes = new WeakMap<RecordType, RecordType>();

/** The record type as it is stored and served: `captureId` first, then its own fields. */
export function storedType<F extends Fields>(type: RecordType<F>): RecordType<StoredFields<F>> {
  let stored = storedTypes.get(type);
  if (!stored) storedTypes.set(type, (stored = { ...type, fields: { captureId: captureIdField, ...type.fields } }));
  return stored as RecordType<StoredFields<F>>;
}

/** Takes rows as they become final. The row object belongs to the sink afterwards. */
export interface RecordSink {
  record<F extends Fields>(type: RecordType<F>, row: RowOf<F>): void;
}
