/** The whole state of a search as it stands in the address, so that the address in another browser shows the same. */
import type { ParamMap, Params } from '@angular/router';
import type { SearchParameters } from '@wirecase/contract';

export interface SearchState {
  /** Record type searched. */
  record: string;
  q: string;
  from: string | null;
  to: string | null;
  capture: string | null;
  /** Captures of this sensor. */
  sensor: string | null;
  /** `null`: newest first. */
  sort: string | null;
  /** `null`: the record type's usual columns. */
  columns: readonly string[] | null;
  /** Key of the row that is opened beside the table. */
  open: string | null;
}

export const defaultRecord = 'flow';

export function readState(parameters: Pick<ParamMap, 'get'>): SearchState {
  const columns = parameters.get('columns');
  return {
    record: parameters.get('record') ?? defaultRecord,
    q: parameters.get('q') ?? '',
    from: parameters.get('from'),
    to: parameters.get('to'),
    capture: parameters.get('capture'),
    sensor: parameters.get('sensor'),
    sort: parameters.get('sort'),
    columns: columns ? columns.split(',').filter(Boolean) : null,
    open: parameters.get('open'),
  };
}

/** The other way round; what is as usual is left out (`null` removes a parameter). */
export function writeState(state: SearchState): Params {
  return {
    record: state.record === defaultRecord ? null : state.record,
    q: state.q || null,
    from: state.from,
    to: state.to,
    capture: state.capture,
    sensor: state.sensor,
    sort: state.sort,
    columns: state.columns?.length ? state.columns.join(',') : null,
    open: state.open,
  };
}

/** What the server is asked; columns and the open row are ours alone. */
export function askedOf(state: SearchState): SearchParameters {
  return {
    q: state.q || undefined,
    from: state.from ?? undefined,
    to: state.to ?? undefined,
    capture: state.capture ?? undefined,
    sensor: state.sensor ?? undefined,
    sort: state.sort ?? undefined,
  };
}
