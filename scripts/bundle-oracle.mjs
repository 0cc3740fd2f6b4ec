/** Bundles one of the comparisons with the real spin (Node 20 does not run TypeScript) and runs it. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')

export async function runOracle(name) {
  const outfile = join(root, `dist/${name}.mjs`)
  await build({
    entryPoints: [join(root, `lib/promela/shell/oracle/${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    // The samples lie beside the source, not beside the bundle.
    define: { 'import.meta.dirname': JSON.stringify(join(root, 'lib/promela/shell/oracle')) },
    logLevel: 'warning',
  })
  await import(pathToFileURL(outfile).href)
}
