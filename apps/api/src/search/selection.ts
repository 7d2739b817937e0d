import { parseTime, type RecordType } from '@wirecase/contract';
import { compile } from '@wirecase/query';
import { servedCatalogue, type Selection } from '@wirecase/store';
import { InvalidRequest } from '../http/problem.ts';

export interface SelectionParameters {
  q?: string;
  from?: string;
  to?: string;
  capture?: string;
  sensor?: string;
}

/** What the parameters of a search select. Throws `query.*` with the position, and `request.invalid` for a time that is none or a range that ends before it begins. */
export function selectionOf(record: RecordType, parameters: SelectionParameters): { selection: Selection; warnings: string[] } {
  const { where, params, warnings } = compile(parameters.q ?? '', { record, catalogue: servedCatalogue });
  const from = timeOf('from', parameters.from);
  const to = timeOf('to', parameters.to);
  if (from !== undefined && to !== undefined && from > to) throw new InvalidRequest([{ field: 'from', message: 'is later than to' }]);
  return { selection: { where, params, from, to, captureId: parameters.capture, sensorId: parameters.sensor }, warnings };
}

function timeOf(field: string, text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (time === null) throw new InvalidRequest([{ field, message: 'must be an RFC 3339 time or epoch seconds' }]);
  return time;
}
