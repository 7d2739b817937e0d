/**
 * What outlives a process: settings, PostgreSQL (captures, rows, users) and the evidence files. The state of work is in PostgreSQL; a
 * capture's rows become visible in one transaction under its attempt's token; evidence is written once and never changed.
 */
export * from './accounts/index.ts';
export * from './alert-evidence/index.ts';
export * from './alert-sights.ts';
export { upsertAlert } from './alert-writer.ts';
export * from './capture-attempts.ts';
export * from './capture-repository.ts';
export * from './capture-source.ts';
export * from './capture-transaction.ts';
export * from './carved-files.ts';
export * from './catalogue-ddl.ts';
export * from './changes.ts';
export * from './config.ts';
export * from './copy-writer.ts';
export * from './detection-policy.ts';
export * from './enrichment/index.ts';
export * from './evidence-store.ts';
export type { VerifiedFile } from './evidence-download.ts';
export { FlowCounts } from './flow-counts.ts';
export * from './holds.ts';
export { HostReader, type HostPage, type HostSelection } from './hosts/host-reader.ts';
export { IndicatorLists, packIndicators, type MatchSelection, type PackedIndicators } from './indicators/lists.ts';
export { IndicatorMatching } from './indicators/matching.ts';
export * from './interfaces.ts';
export { KeyLogs } from './key-logs.ts';
export * from './migrate.ts';
export { Channels, type DueDelivery } from './notifications/channels.ts';
export { SecretBox } from './notifications/secret-box.ts';
export * from './platform.ts';
export * from './pool.ts';
export * from './process-status.ts';
export { QualityReader, type HostTimes } from './quality-reader.ts';
export * from './record-reader.ts';
export * from './remote-evidence.ts';
export * from './ring-order.ts';
export * from './ring-records.ts';
export * from './scratch-database.ts';
export * from './served-catalogue.ts';
export * from './secrets.ts';
export * from './sensor-engine-session.ts';
export * from './sensors.ts';
export * from './sensor-troubles.ts';
export * from './series-slices.ts';
export * from './slice.ts';
export type { StoredRow } from './stored-row.ts';
export * from './triage.ts';
