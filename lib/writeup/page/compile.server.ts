import 'server-only'
import { createHash } from 'node:crypto'
import type { Element, Root as HastRoot } from 'hast'
import type { Root } from 'mdast'
import { bundleMDX } from 'mdx-bundler'
import { visit } from 'unist-util-visit'
import { invariant } from '#lib/result.ts'
import type { DocumentId } from '#lib/writeup/parse/document-id.ts'
import type { Writeup } from '#lib/writeup/parse/parse.ts'
import { storedTree } from '#lib/writeup/parse/safe-tree.ts'
import { highlightCode } from './highlight.server.ts'
import { pageTree } from './page-tree.ts'

/**
 * A checked write-up, compiled to the code that the page evaluates.
 *
 * MDX is handed the tree, not the text. mdx-bundler gets an empty source; the first plugin puts the checked tree
 * in place of what was parsed from it. The author's words reach neither MDX's parser, nor the front matter engines
 * that mdx-bundler would run by name, nor a second reading that could disagree with the check.
 *
 * A second fence stands in esbuild: the entry point may import React's runtime and nothing else, so that even a
 * hole in the first would not bundle a file of the host. Because a checked tree cannot be refused by anything
 * after the check, a failure here is a bug and throws.
 */
export type CompiledDocument = {
  /** The body of a function of `React`, `ReactDOM`, `_jsx_runtime` that returns the module. */
  readonly code: string
}

/** Raise it when what is compiled changes: it is part of the cache key. */
const COMPILER_VERSION = 6

const keys = new WeakMap<Writeup, string>()

/**
 * SHA-256, 64 hex digits, of what decides the code: the compiler's version, which document it is, its tree. Not its source:
 * what stands published keeps the tree that the rules of its time made of it.
 */
export function codeKey(writeup: Writeup): string {
  const known = keys.get(writeup)
  if (known !== undefined) return known
  const tree = JSON.stringify(storedTree(writeup.tree))
  const key = createHash('sha256').update(`${COMPILER_VERSION}\0${writeup.writeup}\0${tree}`).digest('hex')
  keys.set(writeup, key)
  return key
}

const cache = new Map<string, Promise<CompiledDocument>>()
/** Compiled documents in memory: some 30 KB each. */
const MAX_CACHED = 200

export function compileDocument(writeup: Writeup): Promise<CompiledDocument> {
  const key = codeKey(writeup)
  const cached = cache.get(key)
  if (cached) {
    // Moves it to the end: the first entry is the one that was not used for longest.
    cache.delete(key)
    cache.set(key, cached)
    return cached
  }
  const compiling = compile(writeup)
  cache.set(key, compiling)
  compiling.catch(() => cache.delete(key))
  const oldest = cache.keys().next().value
  if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest)
  return compiling
}

type BundleOptions = Parameters<typeof bundleMDX>[0]
type EsbuildPlugin = NonNullable<ReturnType<NonNullable<BundleOptions['esbuildOptions']>>['plugins']>[number]

async function compile(writeup: Writeup): Promise<CompiledDocument> {
  const tree = await pageTree(writeup, highlightCode)
  const { code } = await bundleMDX({
    source: '',
    mdxOptions: (options) => ({
      ...options,
      // mdx-bundler's own plugins read front matter and export it: they are left out.
      remarkPlugins: [() => (_empty: Root) => structuredClone(tree)],
      rehypePlugins: [[nameFootnotes, writeup.writeup]],
      remarkRehypeOptions: {
        clobberPrefix: `${writeup.writeup}-`,
        footnoteBackLabel: (reference: number) => `Back to reference ${reference + 1}`,
      },
    }),
    esbuildOptions: (options) => ({
      ...options,
      // The same code whatever the host's environment: it is stored with the revision.
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'silent',
      target: 'es2022',
      plugins: [onlyReact, ...(options.plugins ?? [])],
    }),
  })
  invariant(code.length > 0, 'a compiled document is not empty')
  return { code }
}

const onlyReact: EsbuildPlugin = {
  name: 'only-react',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, path }) => {
      if (kind === 'entry-point' || path === 'react/jsx-runtime') return undefined
      return { errors: [{ text: `a document may not import ${path}` }] }
    })
  },
}

/** Several write-ups stand on one page: the heading of the footnotes needs an id of its own in each. */
function nameFootnotes(writeup: DocumentId) {
  const id = `${writeup}-footnotes`
  // Below the write-up's title, which is an h2 (the cover's is the page's h1).
  const tagName = writeup === 'cover' ? 'h2' : 'h3'
  return (tree: HastRoot): void => {
    visit(tree, 'element', (element: Element) => {
      if (element.properties.id === 'footnote-label') {
        element.tagName = tagName
        element.properties.id = id
      }
      const describedBy = element.properties.ariaDescribedBy
      if (Array.isArray(describedBy) && describedBy.includes('footnote-label')) {
        element.properties.ariaDescribedBy = [id]
      }
    })
  }
}
