/** `npm run build`: the services and the web app into dist/, what changed only. */
import { enter } from './bootstrap/enter.mjs';

await enter('build');
