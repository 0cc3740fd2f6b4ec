/**
 * `npm run import-corpus`: bundles cli/import-corpus.ts (Node 20 does not run TypeScript) beside the `coherent`
 * command and runs it with the same arguments, in the caller's folder.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const outfile = join(root, 'dist/import-corpus.mjs')

await build({
  entryPoints: [join(root, 'cli/import-corpus.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
})
// npm runs scripts in the package's folder and keeps the caller's here.
process.chdir(process.env.INIT_CWD ?? process.cwd())
await import(pathToFileURL(outfile).href)
