/** What a suggestion takes away and what it puts there, word by word. Source: line ends are shown, and mean nothing in prose. */
import { type DifferencePart, differenceOf } from '#lib/anchor/difference.ts'
import { mapRevisions } from '#lib/anchor/revision-map.ts'

export type { DifferencePart } from '#lib/anchor/difference.ts'

export function wordDiff(old: string, replacement: string): readonly DifferencePart[] {
  if (old === '') return [{ kind: 'new', text: replacement }]
  if (replacement === '') return [{ kind: 'old', text: old }]
  const one = (text: string) => ({
    text,
    blocks: [{ key: 'one', start: 0, end: text.length, isNamed: true }],
  })
  const { changes } = differenceOf(mapRevisions(one(old), one(replacement)))
  // No word is left: then one took the place of the other.
  if (changes.length !== 1)
    return [
      { kind: 'old', text: old },
      { kind: 'new', text: replacement },
    ]
  return changes[0]?.parts ?? []
}
