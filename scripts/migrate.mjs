/** `npm run migrate`: bring the database of DATABASE_URL to this version. */
import { enter } from './bootstrap/enter.mjs';

await enter('migrate');
