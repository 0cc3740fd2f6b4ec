/**
 * How TypeScript of this checkout becomes files that Node 20 or a browser runs: the one place with esbuild's options.
 *
 * For Node packages stay outside the bundle, so it has to lie somewhere below the checkout (`dist/`), from where they are
 * found. `server-only` is replaced: it throws wherever no bundler resolves Next's server condition, and whatever runs in
 * Node is a server.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')

const FOR_NODE = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  packages: 'external',
  alias: { 'server-only': join(ROOT, 'scripts/server-only.ts') },
  logLevel: 'warning',
}

/**
 * One file for Node at `dist/<name>.mjs`; returns its path. `dirname` is what `import.meta.dirname` says in it: for code
 * that looks for files beside its source. The file appears whole: two scripts may need it at the same time.
 */
export async function bundleForNode(entry, name, { dirname: seen } = {}) {
  const outfile = join(DIST, `${name}.mjs`)
  const { outputFiles } = await build({
    ...FOR_NODE,
    entryPoints: [join(ROOT, entry)],
    outfile,
    write: false,
    define: seen === undefined ? {} : { 'import.meta.dirname': JSON.stringify(join(ROOT, seen)) },
  })
  mkdirSync(dirname(outfile), { recursive: true })
  const partial = `${outfile}.${process.pid}`
  writeFileSync(partial, outputFiles[0].contents)
  renameSync(partial, outfile)
  return outfile
}

/** The module `entry`, bundled and imported: for a script that needs one of the TypeScript files. */
export async function importTypeScript(entry, name, options) {
  return import(pathToFileURL(await bundleForNode(entry, name, options)).href)
}

/**
 * The same without a file, packages and all: for what runs at every start, also of a user who may not write here. Only for
 * modules that do not ask where they are.
 */
export async function importInMemory(entry) {
  const { outputFiles } = await build({
    ...FOR_NODE,
    entryPoints: [join(ROOT, entry)],
    packages: 'bundle',
    write: false,
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}

/**
 * A command in `dist/<name>.mjs`, with parts that load when they are asked for beside it (`<name>-<part>-<hash>.mjs`). All
 * lie in one folder, because modules find what is theirs from where they lie. Returns the paths of all that was written.
 */
export async function bundleCommand(entry, name) {
  const { metafile } = await build({
    ...FOR_NODE,
    entryPoints: [{ in: join(ROOT, entry), out: name }],
    outdir: DIST,
    outExtension: { '.js': '.mjs' },
    chunkNames: `${name}-[name]-[hash]`,
    splitting: true,
    metafile: true,
    banner: { js: '#!/usr/bin/env node' },
  })
  return Object.keys(metafile.outputs)
}

/** One file for a browser. */
export async function bundleForBrowser(entry, outfile) {
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile: join(ROOT, outfile),
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    logLevel: 'warning',
  })
}
