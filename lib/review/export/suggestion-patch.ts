import { createTwoFilesPatch } from 'diff'
import type { BundleFile } from '#lib/writeup/bundle/content-hash.ts'

/**
 * Files that changed as one patch that `git apply` takes; empty: none did.
 *
 * @param head one line
 * @param trailers lines of their own, below the head
 * @param after the files of `before`, in its order; those that did not change are the same objects
 */
export function suggestionPatch(
  head: string,
  trailers: readonly string[],
  before: readonly BundleFile[],
  after: readonly BundleFile[],
): string {
  const diffs = after.flatMap((file, i) => {
    const old = before[i]
    if (!old || old === file) return []
    const [a, b] = [`a/${file.path}`, `b/${file.path}`]
    const made = createTwoFilesPatch(a, b, textOf(old), textOf(file), undefined, undefined, { context: 3 })
    // Its own head has a line of signs that git takes for words, and tabs; a tab at the end of a line of the text is the text's.
    return [`diff --git ${a} ${b}\n--- ${a}\n+++ ${b}\n${made.slice(made.indexOf('@@'))}`]
  })
  return diffs.length === 0 ? '' : `${head}\n\n${trailers.join('\n')}\n---\n${diffs.join('')}`
}

/** To the byte: a mark of byte order is there for `git apply`, too. */
const textOf = ({ bytes }: BundleFile) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
