import { expect, test, vi } from 'vitest'
import { sourceOfBlock } from '#lib/writeup/blocks/block-source.ts'
import { blocksOfWriteup } from '#lib/writeup/blocks/blocks.ts'
import type { BundleFile } from '#lib/writeup/bundle/content-hash.ts'
import { readWriteup } from '#lib/writeup/parse/parse.ts'
import { applySuggestions, documentsOf, type Suggested } from './apply-suggestions.ts'
import { fitsIn, sourceText } from './place-suggestion.ts'

vi.mock('#lib/writeup/parse/parse.ts', async (original) => {
  const parse = await original<typeof import('#lib/writeup/parse/parse.ts')>()
  return { ...parse, readWriteup: vi.fn(parse.readWriteup) }
})

const file = (body: string): BundleFile => ({
  path: 'problem.mdx',
  bytes: new TextEncoder().encode(`---\ntitle: x\n---\n\n${body}\n`),
})
const bodyOf = ([one]: readonly BundleFile[]) =>
  new TextDecoder().decode(one?.bytes).replace(/^---\ntitle: x\n---\n\n/, '')

/** Each as words of the body and other words for them. */
function suggestedOn(body: string, changes: readonly (readonly [string, string])[]): Suggested[] {
  const base = sourceText(documentsOf([file(body)]))
  const [document] = base.documents
  if (!document) throw new Error('no document')
  const blocks = blocksOfWriteup(document).map((block) => ({
    block,
    at: sourceOfBlock(block, document.source),
  }))
  return changes.map(([old, replacement], i) => {
    const start = document.source.indexOf(old)
    const end = start + old.length
    const key = blocks.find(({ at }) => at && at.start <= start && end <= at.end)?.block.key ?? ''
    const suggested = { writeup: document.writeup, blockKey: key, start, end, old, replacement }
    return { id: `s${i}`, base, suggested }
  })
}

test('of those that fit alone and break the text together, as many are put in as fit', () => {
  const body = 'One word stands here, and there is another word, and a third one at last.'
  const wanted = suggestedOn(body, [
    ['One word', 'One ` word'],
    ['another word', 'the word `{`'],
    ['third', 'last'],
  ])
  for (const { base, suggested } of wanted) expect(fitsIn(base, suggested)).toBeNull()
  const made = applySuggestions([file(body)], wanted)
  expect(bodyOf(made.files)).toBe(
    'One ` word stands here, and there is another word, and a last one at last.\n',
  )
  expect(made.applied.map(({ id }) => id)).toEqual(['s0', 's2'])
  expect(made.refused).toEqual([{ id: 's1', why: 'structure' }])
})

test('hundreds that fit are looked at together: a document is read once for all of them, and not once for each', () => {
  const body = Array.from({ length: 200 }, (_, i) => `Waiter${i} sleeps until it is woken.`).join('\n\n')
  const wanted = suggestedOn(
    body,
    Array.from({ length: 200 }, (_, i) => [`Waiter${i} sleeps`, `Waiter${i} waits`] as const),
  )
  vi.mocked(readWriteup).mockClear()
  const made = applySuggestions([file(`A new beginning of the text.\n\n${body}`)], wanted)
  expect(made.applied).toHaveLength(200)
  expect(bodyOf(made.files)).toBe(`A new beginning of the text.\n\n${body.replaceAll('sleeps', 'waits')}\n`)
  expect(vi.mocked(readWriteup).mock.calls.length).toBeLessThanOrEqual(2)
})
