/**
 * Bundles cli/main.ts to dist/coherent.mjs and scripts/serve.ts, the app's server, to dist/serve.mjs. Node 20 does not run
 * TypeScript. Each verb is a file of its own, so that a
 * verb waits only for the packages that it needs.
 */
import { chmodSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { bundleCommand, bundleForNode } from './bundle.mjs'

const outdir = join(import.meta.dirname, '../dist')

const made = new Set((await bundleCommand('cli/main.ts', 'coherent')).map((path) => basename(path)))
chmodSync(join(outdir, 'coherent.mjs'), 0o755)

// Those of an earlier bundle.
for (const name of readdirSync(outdir))
  if (name.startsWith('coherent-') && !made.has(name)) rmSync(join(outdir, name))

await bundleForNode('scripts/serve.ts', 'serve')
