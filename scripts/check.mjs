/** `npm run check`: types, lint, format, dependency rules, catalogue, dead code. */
import { enter } from './bootstrap/enter.mjs';

await enter('check');
