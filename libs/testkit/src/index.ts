/** What tests share: a real PostgreSQL of their own, packets and captures in memory. Imported from tests only. */
export * from './ber.ts';
export * from './database.ts';
export * from './packets-index.ts';
export * from './protocol-run.ts';
