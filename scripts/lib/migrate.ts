/** `npm run migrate`: the same as a start does, for a database that is brought up to date apart from it. */
import { Failure } from '../bootstrap/failure.mjs';
import { step } from '../bootstrap/steps.mjs';
import { migrate } from './migrations.ts';

const url = process.env['DATABASE_URL'];
if (!url) throw new Failure('DATABASE_URL is not set: it names the database to bring up to date (npm start does so with its own).');
await step('migrations', () => migrate(url));
