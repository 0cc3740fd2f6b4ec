/**
 * Bundles cli/main.ts to dist/coherent.mjs. Node 20 does not run TypeScript; packages stay outside the bundle.
 * Each verb is a file of its own (`dist/coherent-<verb>-<hash>.mjs`), so that a verb waits only for the packages that it
 * needs. All lie in one folder, because modules find what is theirs from where they lie.
 * `server-only` is replaced: it throws wherever no bundler resolves Next's server condition, and the command line
 * is a server.
 */
import { chmodSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const outdir = join(root, 'dist')

const { metafile } = await build({
  entryPoints: [{ in: join(root, 'cli/main.ts'), out: 'coherent' }],
  outdir,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'coherent-[name]-[hash]',
  splitting: true,
  metafile: true,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  alias: { 'server-only': join(root, 'scripts/server-only.ts') },
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
})
chmodSync(join(outdir, 'coherent.mjs'), 0o755)

// Those of an earlier bundle.
const made = new Set(Object.keys(metafile.outputs).map((path) => basename(path)))
for (const name of readdirSync(outdir))
  if (name.startsWith('coherent-') && !made.has(name)) rmSync(join(outdir, name))
