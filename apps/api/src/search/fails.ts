/** Whole results, by `Accept`: for `@Answers`. */
export const rowStreams = ['application/x-ndjson', 'text/csv'];

/** What every search may answer beside rows: for `@Fails`. */
export const searchFails = [
  'capture.not-found',
  'sensor.not-found',
  'query.syntax',
  'query.unknown-field',
  'query.bad-value',
  'query.timeout',
] as const;
