/** Columns from the catalogue: which of a record type's fields are shown unless chosen otherwise, and how wide. */
import { isOrdered, type FieldInfo, type Kind } from '@wirecase/contract';
import { isNumeric } from '../format/row.ts';
import type { TableColumn } from '../ui/virtual-table.ts';

const usualFlowColumns = [
  'event.start',
  'event.duration',
  'source.ip',
  'source.port',
  'destination.ip',
  'destination.port',
  'network.transport',
  'network.protocol',
  'network.packets',
  'network.bytes',
  'wirecase.flow.state',
  'wirecase.flow.history',
];
const usualAlertColumns = [
  'event.start',
  'event.severity',
  'wirecase.alert.state',
  'wirecase.alert.assignee',
  'rule.name',
  'source.ip',
  'destination.ip',
  'threat.technique.id',
  'wirecase.alert.explanation',
];
const usualFileColumns = [
  '@timestamp',
  'source.ip',
  'destination.ip',
  'wirecase.file.source_protocol',
  'file.name',
  'file.size',
  'wirecase.file.sniffed_type',
  'wirecase.file.mismatch',
  'wirecase.file.complete',
  'file.hash.sha256',
];
/** What each protocol record carries beside its own fields; of these only time and addresses are shown at first. */
const baseColumns = [
  'wirecase.capture.id',
  'wirecase.record.id',
  'wirecase.flow.id',
  'wirecase.packet.number',
  'source.port',
  'destination.port',
];
const usualCount = 10;

/** Fields of a record type, in the catalogue's order. */
export function fieldsOf(catalogue: readonly FieldInfo[], record: string): FieldInfo[] {
  return catalogue.filter((field) => field.record === record);
}

export function usualColumns(fields: readonly FieldInfo[], record: string): string[] {
  const known = new Set(fields.map(({ name }) => name));
  if (record === 'flow') return usualFlowColumns.filter((name) => known.has(name));
  if (record === 'alert') return usualAlertColumns.filter((name) => known.has(name));
  if (record === 'file') return usualFileColumns.filter((name) => known.has(name));
  const shown = fields.filter(({ name, kind }) => !baseColumns.includes(name) && kind !== 'json').map(({ name }) => name);
  return shown.slice(0, usualCount);
}

/** The field by which a record type is ordered: packet time. */
export function timeFieldOf(record: string): string {
  return record === 'flow' || record === 'alert' ? 'event.start' : '@timestamp';
}

/** The field that tells one row from another. */
export function keyFieldOf(record: string): string {
  if (record === 'flow') return 'wirecase.flow.id';
  return record === 'alert' ? 'wirecase.alert.id' : 'wirecase.record.id';
}

const widths: Record<Kind, number> = {
  id: 270,
  ip: 150,
  mac: 140,
  port: 66,
  integer: 84,
  count: 88,
  time: 186,
  duration: 84,
  float: 84,
  boolean: 70,
  keyword: 104,
  text: 220,
  keywords: 120,
  ips: 200,
  integers: 100,
  json: 240,
};
/** A heading needs about so many pixels a letter. */
const letterWidth = 6.6;

export function tableColumn(field: FieldInfo): TableColumn {
  return {
    key: field.name,
    label: field.label,
    width: Math.max(widths[field.kind], Math.round(field.label.length * letterWidth) + 22),
    numeric: isNumeric(field.kind),
    title: `${field.name}: ${field.doc}`,
    sortable: isOrdered(field.kind),
  };
}
