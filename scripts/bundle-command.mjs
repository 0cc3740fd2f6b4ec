/**
 * Bundles cli/main.ts to dist/coherent.mjs. Node 20 does not run TypeScript; packages stay outside the bundle.
 * `server-only` is replaced: it throws wherever no bundler resolves Next's server condition, and the command line
 * is a server.
 */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const outfile = join(root, 'dist/coherent.mjs')

await build({
  entryPoints: [join(root, 'cli/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  alias: { 'server-only': join(root, 'scripts/server-only.ts') },
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
})
chmodSync(outfile, 0o755)
