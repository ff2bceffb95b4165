// SPDX-License-Identifier: MIT
//
// Makes one module of the part of Chrome DevTools that reads heap snapshots.
// Knows where it is in the package. What it needs of a browser, and its translations, is left out.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const WORKER = './node_modules/chrome-devtools-frontend/front_end/entrypoints/heap_snapshot_worker';
const leftOut = {
  'HostRuntime.js': 'export const HOST_RUNTIME = { getLocalStorage: () => null };',
  'locales.js': 'export const LOCALES = ["en-US"], BUNDLED_LOCALES = LOCALES, ' +
                'DEFAULT_LOCALE = "en-US", REMOTE_FETCH_PATTERN = "", LOCAL_FETCH_PATTERN = "";',
};

writeFileSync('devtools_entry.ts', `
export { HeapSnapshotLoader } from '${WORKER}/HeapSnapshotLoader.ts';
export { SecondaryInitManager } from '${WORKER}/HeapSnapshot.ts';
`);
await build({
  entryPoints: ['devtools_entry.ts'],
  outfile: 'devtools.mjs',
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  logLevel: 'error',
  plugins: [{
    name: 'leave-out',
    setup(plugin) {
      const filter = /\/(HostRuntime|locales)\.js$/;
      plugin.onResolve({ filter }, found => ({ path: found.path, namespace: 'left-out' }));
      plugin.onLoad({ filter: /.*/, namespace: 'left-out' }, found => (
        { contents: leftOut[found.path.split('/').at(-1)], loader: 'js' }));
    },
  }],
});
