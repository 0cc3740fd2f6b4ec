/**
 * Bundles the checker's Web Worker to public/checker-worker.js: one file at an address of its own, so that its
 * response, and no other, can allow WebAssembly (proxy.ts). Next would put it among the chunks of the pages.
 */
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')

await build({
  entryPoints: [join(root, 'lib/promela/shell/worker.ts')],
  outfile: join(root, 'public/checker-worker.js'),
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
  logLevel: 'warning',
})
