/** What tests share: a real PostgreSQL of their own. Imported from tests only. */
export * from './database.ts';
