/**
 * The files of a working copy as values, and what may be in one.
 *
 * A working copy may be unfinished in every way; what it may not be is something that could never become a bundle, or that
 * costs others. So names and sizes are refused when they are saved, everything else when it is published.
 */
import { isBundlePath, MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES } from '#lib/writeup/bundle/bundle.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'

/** Path to SHA-256 in hex: which text each file has. */
export type Manifest = Readonly<Record<string, string>>

/** Null: there is no such file; a name that every object has is none. */
export const hashIn = (files: Manifest, path: string): string | null =>
  Object.hasOwn(files, path) ? (files[path] ?? null) : null

/** To the last sign: a mark at its beginning is part of a text. */
export const decoded = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

/** Bytes of one file. More than a document may have, so that what is too long to publish can be saved and then cut. */
export const MAX_COPY_FILE_BYTES = 1024 * 1024

export type FileRefusal =
  | { readonly kind: 'bad-path'; readonly path: string }
  | { readonly kind: 'file-too-large'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'not-text'; readonly path: string }
  | { readonly kind: 'too-many-files'; readonly count: number }
  | { readonly kind: 'copy-too-large'; readonly bytes: number }

/** What is wrong with a set of files by its names and sizes; the first of it, or null. */
export function refusalOf(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): FileRefusal | null {
  if (files.length > MAX_BUNDLE_FILES) return { kind: 'too-many-files', count: files.length }
  const seen = new Set<string>()
  let bytes = 0
  for (const file of files) {
    const one = fileRefusal(file)
    if (one) return one
    const name = file.path.toLowerCase()
    // Two names that some file systems take for one.
    if (seen.has(name)) return { kind: 'bad-path', path: file.path }
    seen.add(name)
    bytes += file.bytes.byteLength
  }
  return bytes > MAX_BUNDLE_BYTES ? { kind: 'copy-too-large', bytes } : null
}

export function fileRefusal(file: { readonly path: string; readonly bytes: Uint8Array }): FileRefusal | null {
  const { path, bytes } = file
  if (!isBundlePath(path)) return { kind: 'bad-path', path }
  if (bytes.byteLength > MAX_COPY_FILE_BYTES) return { kind: 'file-too-large', path, bytes: bytes.byteLength }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return null
  } catch {
    return { kind: 'not-text', path } // the decoder's only failure
  }
}

export function describeFileRefusal(refusal: FileRefusal): string {
  switch (refusal.kind) {
    case 'bad-path':
      return `A file cannot be called ${JSON.stringify(refusal.path.slice(0, 200))}: a proposal holds cover.mdx, the four write-ups, and models/, figures/, data/ and evidence/, named by ASCII letters, digits, ".", "-" and "_", no two alike but for capitals.`
    case 'file-too-large':
      return `${refusal.path} has ${refusal.bytes} bytes; at most ${MAX_COPY_FILE_BYTES} are kept of one file.`
    case 'not-text':
      return `${refusal.path} is not UTF-8 text: save it as UTF-8.`
    case 'too-many-files':
      return `There would be ${refusal.count} files; at most ${MAX_BUNDLE_FILES} are kept.`
    case 'copy-too-large':
      return `The files would have ${refusal.bytes} bytes together; at most ${MAX_BUNDLE_BYTES} are kept.`
  }
}

/** In the order of a bundle: the cover, the write-ups, then folders by name. */
export function inOrder(paths: readonly string[]): readonly string[] {
  const first = DOCUMENT_IDS.map((id) => `${id}.mdx`)
  const rank = (path: string) => (first.includes(path) ? first.indexOf(path) : first.length)
  return [...paths].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}
