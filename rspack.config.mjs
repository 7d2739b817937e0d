/**
 * Bundles one service (api, worker, capture-rotator) into dist/<project>/main.js: our own packages inside, everything from
 * node_modules outside. No type check here; `npm run check` does it.
 */
import { builtinModules } from 'node:module';
import nodeExternals from 'webpack-node-externals';
import { oneScope } from './scripts/lib/one-scope.ts';

/** What a service starts beside itself: processes of the worker (`apps/worker/src/program.ts` finds them), a thread of the API. */
const programs = { 'apps/worker/': ['ingest/parse-child', 'live/live-child'], 'apps/api/': ['lists/import-thread'] };

/** @param {import('@rspack/core').Configuration} defaults what the Nest CLI would do by itself */
export default function config(defaults) {
  return {
    ...defaults,
    entry: entries(defaults.entry),
    output: { ...defaults.output, filename: defaults.output.filename.replace(/main\.js$/, '[name].js') },
    optimization: { ...defaults.optimization, ...oneScope },
    // Workspace packages are links in node_modules; they are source of ours and belong into the bundle.
    externals: [nodeExternals({ importType: 'module', allowlist: [/^@wirecase\//] }), builtin],
    module: {
      rules: defaults.module.rules.map(currentSyntax),
      // `import.meta` is that of the bundle.
      parser: { javascript: { url: false, importMeta: false } },
    },
    // Without the defaults' tsconfig paths: there are none.
    resolve: { extensions: defaults.resolve.extensions, extensionAlias: defaults.resolve.extensionAlias },
    devtool: 'source-map',
  };
}

function entries(main) {
  const source = main.replace(/main\.ts$/, '');
  const [, beside = []] = Object.entries(programs).find(([app]) => main.includes(app)) ?? [];
  return { main, ...Object.fromEntries(beside.map((name) => [name, `${source}${name}.ts`])) };
}

/** Node 24 runs today's syntax: nothing to rewrite but types and decorators. */
function currentSyntax(rule) {
  const [{ options, ...loader }] = rule.use;
  return { ...rule, use: [{ ...loader, options: { ...options, jsc: { ...options.jsc, target: 'es2024' } } }] };
}

function builtin({ request }, callback) {
  const isBuiltin = request && builtinModules.includes(request.replace(/^node:/, ''));
  return isBuiltin ? callback(null, `module ${request}`) : callback();
}
