import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sourceOfBlock } from '#lib/writeup/blocks/block-source.ts'
import { blocksOfWriteup } from '#lib/writeup/blocks/blocks.ts'
import type { BundleFile } from '#lib/writeup/bundle/content-hash.ts'
import { applySuggestions, documentsOf } from './apply-suggestions.ts'
import {
  fitsIn,
  mapSources,
  mergeWords,
  type Placed,
  placeSuggestion,
  sourceText,
} from './place-suggestion.ts'
import type { Replacement } from './suggestion.ts'

const file = (body: string, path = 'problem.mdx'): BundleFile => ({
  path,
  bytes: new TextEncoder().encode(`---\ntitle: x\n---\n\n${body}\n`),
})
const textOf = (files: readonly BundleFile[], path = 'problem.mdx') =>
  new TextDecoder().decode(files.find((one) => one.path === path)?.bytes)

const FIRST = `## Who waits

A waiter sleeps on the futex until another task wakes it. The bucket lock is held
for the whole walk, and nothing else may sleep under it.

The wake path takes the same lock, so a lost wake-up needs both sides to miss each other.

- The kernel owns the request until it completes.
- The ring owns it after that.

\`\`\`c
spin_lock(&hb->lock);
futex_queue(&q, hb);
\`\`\`
`

const base = (body = FIRST) => sourceText(documentsOf([file(body)]))

/** Other words for words that stand once in the text. */
function suggestion(old: string, replacement: string, body = FIRST): Replacement {
  const [document] = documentsOf([file(body)])
  if (!document) throw new Error('no document')
  const start = document.source.indexOf(old)
  const block = blocksOfWriteup(document).find((one) => {
    const at = sourceOfBlock(one, document.source)
    return at && at.start <= start && start + old.length <= at.end
  })
  if (start < 0 || !block) throw new Error(`not in a block: ${old}`)
  return { writeup: 'problem', blockKey: block.key, start, end: start + old.length, old, replacement }
}

function placeIn(now: string, suggested: Replacement, before = FIRST): Placed {
  return placeSuggestion(mapSources(base(before), base(now)), suggested)
}

const applied = (now: string, ...suggested: Replacement[]) => {
  const one = base()
  return applySuggestions(
    [file(now)],
    suggested.map((each, i) => ({ id: `s${i}`, base: one, suggested: each })),
  )
}

describe('on a text that did not change', () => {
  test('it gives exactly the replaced text', () => {
    const made = applied(FIRST, suggestion('bucket lock', 'lock of the bucket'))
    expect(textOf(made.files)).toBe(textOf([file(FIRST.replace('bucket lock', 'lock of the bucket'))]))
    expect(made.refused).toEqual([])
  })

  test('property: any words of any block, by any words', () => {
    const words = fc.array(fc.constantFrom('alpha', 'beta', '`hb->lock`', 'gamma,', 'delta.'), {
      minLength: 1,
      maxLength: 6,
    })
    const [document] = documentsOf([file(FIRST)])
    const blocks = (document ? blocksOfWriteup(document) : []).flatMap((block) => {
      const at = document && sourceOfBlock(block, document.source)
      return at && block.kind !== 'code-line' && block.kind !== 'heading' ? [{ block, at }] : []
    })
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 5 }),
        words,
        (which, first, count, replacement) => {
          const chosen = blocks[which % blocks.length]
          if (!chosen || !document) return
          const source = document.source.slice(chosen.at.start, chosen.at.end)
          const all = [...source.matchAll(/\S+/g)]
          const from = all[first % all.length]
          const to = all[Math.min(all.length - 1, (first % all.length) + count - 1)]
          if (!from || !to) return
          const [start, end] = [chosen.at.start + from.index, chosen.at.start + to.index + to[0].length]
          const suggested: Replacement = {
            ...{ writeup: 'problem', blockKey: chosen.block.key, start, end },
            ...{ old: document.source.slice(start, end), replacement: replacement.join(' ') },
          }
          const made = applied(FIRST, suggested)
          expect(textOf(made.files)).toBe(
            document.source.slice(0, start) + suggested.replacement + document.source.slice(end),
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('on a text that moved on', () => {
  const suggested = suggestion('for the whole walk', 'only while the list is walked')

  test.each([
    [
      'a paragraph before it',
      FIRST.replace('A waiter', 'Something new stands here now, of some length.\n\nA waiter'),
    ],
    [
      'another sentence of its paragraph',
      FIRST.replace('until another task wakes it', 'until somebody else comes by'),
    ],
    ['its paragraph wrapped anew', FIRST.replace('is held\nfor the whole', 'is\nheld for the\nwhole')],
    [
      'its paragraph below the next one',
      FIRST.replace(/(A waiter[\s\S]*?under it\.\n\n)([\s\S]*?\n\n)/, '$2$1'),
    ],
  ])('it stands at its words: %s', (_, now) => {
    const made = applied(now, suggested)
    expect(made.refused).toEqual([])
    expect(textOf(made.files)).toBe(
      textOf([file(now)]).replace(/for the\s+whole\s+walk/, suggested.replacement),
    )
  })

  test('of a whole paragraph it keeps what others changed in other words of it', () => {
    const paragraph = FIRST.split('\n\n')[2] ?? ''
    const whole = suggestion(paragraph, paragraph.replace('the same lock', 'that lock'))
    const now = FIRST.replace('a lost wake-up needs', 'a wake-up that is lost needs')
    const placed = placeIn(now, whole)
    expect(placed).toMatchObject({ kind: 'fits', isMerged: true })
    expect(textOf(applied(now, whole).files)).toContain(
      'The wake path takes that lock, so a wake-up that is lost needs both',
    )
  })

  test('where the words themselves were changed it is for a person to say', () => {
    const now = FIRST.replace('for the whole walk', 'for the complete list walk')
    expect(placeIn(now, suggested)).toMatchObject({ kind: 'conflict' })
    expect(textOf(applied(now, suggested).files)).toBe(textOf([file(now)]))
  })

  test('where the passage is gone it is put nowhere', () => {
    const now = FIRST.replace(/A waiter[\s\S]*?under it\.\n\n/, '')
    expect(placeIn(now, suggested)).toEqual({ kind: 'conflict', why: 'gone', at: null })
  })

  test('where other words took the place of all of it a person has those before them', () => {
    const paragraph = FIRST.split('\n\n')[2] ?? ''
    const now = FIRST.replace(paragraph, 'Entirely others, of no likeness at all.')
    const placed = placeIn(now, suggestion(paragraph, 'Something else was suggested instead.'))
    expect(placed).toMatchObject({ kind: 'conflict', at: { old: 'Entirely others, of no likeness at all.' } })
  })

  test('where the words stand in code now it is put nowhere', () => {
    const paragraph =
      'The wake path takes the same lock, so a lost wake-up needs both sides to miss each other.'
    const now = FIRST.replace(paragraph, 'Nothing.').replace('spin_lock(&hb->lock);', paragraph)
    const placed = placeIn(now, suggestion('takes the same lock', 'takes it'))
    expect(placed.kind).toBe('conflict')
  })

  test('property: whatever is done to other paragraphs, it changes its own words and no others', () => {
    const other = fc.constantFrom(
      (text: string) => text.replace('The wake path', 'Meanwhile the wake path'),
      (text: string) =>
        text.replace('- The ring owns it after that.', '- Afterwards it is owned by the ring.'),
      (text: string) => text.replace('## Who waits', '## Who sleeps\n\nAn introduction that is new.'),
      (text: string) => text.replace('futex_queue(&q, hb);', 'futex_queue(&q, hb, current);'),
      (text: string) => text.replace('until another task', 'until some other task'),
      (text: string) => `${text}\nAnd an end of some words.\n`,
    )
    fc.assert(
      fc.property(fc.array(other, { maxLength: 6 }), (edits) => {
        const now = edits.reduce((text, edit) => edit(text), FIRST)
        expect(textOf(applied(now, suggested).files)).toBe(
          textOf([file(now)]).replace('for the whole walk', suggested.replacement),
        )
      }),
      { numRuns: 60 },
    )
  })
})

describe('what the next text has of it', () => {
  test.each([
    [
      'other words',
      suggestion('bucket lock', 'lock of the bucket'),
      FIRST.replace('bucket lock', 'lock of the bucket'),
    ],
    [
      'words taken away',
      suggestion(' for the whole walk'.trim(), ''),
      FIRST.replace('is held\nfor the whole walk', 'is held'),
    ],
    [
      'a whole paragraph written anew',
      suggestion(FIRST.split('\n\n')[2] ?? '', 'Entirely different sentences were proposed here.'),
      FIRST.replace(FIRST.split('\n\n')[2] ?? '', 'Entirely different sentences were proposed here.'),
    ],
    [
      'other words, and others beside them',
      suggestion('bucket lock', 'lock of the bucket'),
      FIRST.replace('bucket lock', 'lock of the bucket').replace('A waiter sleeps', 'Any waiter may sleep'),
    ],
  ])('is seen: %s', (_, suggested, now) => {
    expect(placeIn(now, suggested).kind).toBe('in-text')
  })

  test('is not seen where it is not', () => {
    expect(placeIn(FIRST, suggestion('bucket lock', 'lock of the bucket')).kind).toBe('fits')
    expect(placeIn(FIRST, suggestion('for the whole walk', '')).kind).toBe('fits')
    expect(placeIn(FIRST, suggestion('the whole walk', 'the same lock')).kind).toBe('fits')
  })
})

describe('a suggestion stays in its passage', () => {
  test.each([
    ['another paragraph', 'one.\n\nTwo'],
    ['a heading', 'one\n## Two\n'],
    ['a fence', 'one\n```c\nx\n```\n'],
    ['a list', 'one\n\n- two'],
    ['a component', 'one <Claim id="x">two</Claim>'],
    ['an expression', 'one {two}'],
    ['an open quote of code', 'one <b'],
  ])('%s is refused', (_, replacement) => {
    expect(fitsIn(base(), suggestion('bucket lock', replacement))).not.toBeNull()
  })

  test('so is a whole passage that would be left empty', () => {
    expect(fitsIn(base(), suggestion(FIRST.split('\n\n')[2] ?? '', ''))).not.toBeNull()
  })

  test('so is an end of the listing', () => {
    expect(fitsIn(base(), suggestion('futex_queue(&q, hb);', '```\n\nText.\n\n```c'))).not.toBeNull()
  })

  test('a line of a listing may become another line', () => {
    expect(fitsIn(base(), suggestion('futex_queue(&q, hb);', 'futex_queue(&q, hb, current);'))).toBeNull()
  })
})

test('of two that want the same words the first has them', () => {
  const made = applied(
    FIRST,
    suggestion('bucket lock', 'lock of the bucket'),
    suggestion('The bucket lock is', 'That lock is'),
  )
  expect(made.applied.map(({ id }) => id)).toEqual(['s0'])
  expect(made.refused).toEqual([{ id: 's1', why: 'overlaps' }])
})

test('two of one paragraph are both put in', () => {
  const made = applied(
    FIRST,
    suggestion('may sleep under it', 'sleeps under it'),
    suggestion('A waiter sleeps', 'Any waiter sleeps'),
  )
  expect(made.refused).toEqual([])
  expect(textOf(made.files)).toContain('Any waiter sleeps on the futex')
  expect(textOf(made.files)).toContain('nothing else sleeps under it')
})

test('files that nothing is in stay the same objects', () => {
  const files = [file(FIRST), file('Words of the cover.', 'lifetime.mdx')]
  const made = applySuggestions(files, [
    { id: 'a', base: base(), suggested: suggestion('bucket lock', 'lock') },
  ])
  expect(made.files[1]).toBe(files[1])
})

test.each([
  ['one two three four', 'one TWO three four', 'one two three FOUR', 'one TWO three FOUR'],
  ['one two three four', 'one TWO three four', 'one 2 three four', null],
  ['one two three four', 'one two four', 'zero one two three four', 'zero one two four'],
  ['one two\nthree four', 'one two three 4', 'ONE two\nthree four', 'ONE two\nthree 4'],
  ['one two', 'one TWO', 'one TWO', 'one TWO'],
])('“%s” with “%s” and “%s” is “%s”', (old, ours, theirs, merged) => {
  expect(mergeWords(old, ours, theirs)).toBe(merged)
})
