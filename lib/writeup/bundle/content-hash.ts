import { createHash } from 'node:crypto'

/** One file of a bundle. */
export type BundleFile = {
  /** Relative to the bundle, `/` between the parts: `models/wake-order.pml`. */
  readonly path: string
  readonly bytes: Uint8Array
}

/**
 * What identifies a revision: SHA-256, 64 hex digits, over its files sorted by path.
 *
 * Framing, for each file: the path in NFC as UTF-8, one NUL, the number of bytes in decimal, one NUL, the bytes.
 * Paths contain no NUL and the length says where the next file begins, so no two bundles share an input. Files
 * are sorted by the bytes of their NFC paths; the order in which a folder lists them does not matter.
 */
export function contentHash(files: readonly BundleFile[]): string {
  const named = files.map(({ path, bytes }) => ({ path: Buffer.from(path.normalize('NFC'), 'utf8'), bytes }))
  named.sort((a, b) => Buffer.compare(a.path, b.path))
  const hash = createHash('sha256')
  for (const { path, bytes } of named) {
    hash.update(path)
    hash.update(`\0${bytes.byteLength}\0`)
    hash.update(bytes)
  }
  return hash.digest('hex')
}
