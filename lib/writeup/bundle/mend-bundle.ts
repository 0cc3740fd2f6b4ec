import { applyEdits } from '#lib/writeup/parse/apply-edits.ts'
import { editsOutsideCode } from '#lib/writeup/parse/code-places.ts'
import type { Edit } from '#lib/writeup/parse/problem.ts'
import { parseBundle } from './bundle.ts'
import type { BundleFile } from './content-hash.ts'
import type { Questionnaire } from './questionnaire.ts'

/** What is mended may uncover what stood behind it. */
const MOST_ROUNDS = 5

/**
 * The files with what their problems say there is to do, where that is one thing: an escape, a blank, the name of a language
 * or of an anchor. Nothing in code, and nothing whose meaning would have to be guessed.
 */
export function mendBundle(
  given: readonly BundleFile[],
  questionnaires: readonly Questionnaire[],
): readonly BundleFile[] {
  let files = given
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const parsed = parseBundle(files, questionnaires)
    const edits = new Map<string, Edit[]>()
    for (const { file, fix } of parsed.ok ? [] : parsed.error)
      if (fix) edits.set(file, [...(edits.get(file) ?? []), ...fix])
    if (edits.size === 0) break
    files = files.map((file) => {
      const text = textOfFile(file)
      const ofFile = edits.get(file.path)
      if (!ofFile || text === null) return file
      const outside = editsOutsideCode(file.path, text, ofFile)
      return { path: file.path, bytes: new TextEncoder().encode(applyEdits(text, outside).text) }
    })
  }
  return files
}

/** With its mark at the beginning; null: no UTF-8. */
export function textOfFile({ bytes }: BundleFile): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null // told as a problem of the file
  }
}
