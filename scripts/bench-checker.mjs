/**
 * `npm run bench:checker -- [--cpu] [--runs N] [--only a,b] [--quick]`: the checker's engines beside pan, the verifier
 * that spin makes. The measuring is in bench-checker.ts; Node 20 does not run TypeScript, so it is bundled first.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'bench-checker-'))
const outfile = join(folder, 'bench.mjs')
try {
  await build({
    entryPoints: [join(root, 'scripts/bench-checker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  })
  const { benchChecker } = await import(pathToFileURL(outfile).href)
  process.exitCode = await benchChecker(process.argv.slice(2), root)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
