/** Flags of Node with which the worker starts its parsers (apps/worker/src/ingest/parser-process.ts): measured is what is run. */
export const workerFlags = [
  '--max-old-space-size=1536',
  '--max-semi-space-size=4',
  '--enable-source-maps',
  '--disable-warning=ExperimentalWarning',
] as const;
