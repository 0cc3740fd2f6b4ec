import { expect, test } from 'vitest'
import type { ChangeShown, Interdiff } from '#lib/review/thread/interdiff.ts'
import { documentHtml, INTERDIFF_VIEWS } from './interdiff-html.ts'

const same = (key: string): ChangeShown => ({
  ...{ kind: 'same', key, block: 'paragraph', parts: [{ kind: 'same', text: `Unchanged ${key}.` }] },
})
const changes: ChangeShown[] = [
  same('a'),
  same('b'),
  {
    ...{ kind: 'edited', key: 'c', block: 'paragraph' },
    parts: [
      { kind: 'same', text: 'Takes ' },
      { kind: 'old', text: 'the <lock> ' },
      { kind: 'new', text: 'no <lock> ' },
    ],
  },
  { kind: 'deleted', key: null, block: 'paragraph', parts: [{ kind: 'old', text: 'It is gone.' }] },
]
const of: Interdiff = {
  ...{ slug: 'waits', title: 'Waits', from: 1, to: 2, numbers: [1, 2], changelog: '', claims: [] },
  ...{ marked: 4, total: 20, documents: [{ writeup: 'problem', changes }] },
  own: [
    {
      ...{ number: 7, kind: 'note', state: 'open', words: 'Why the lock?', blockKey: 'c' },
      carried: { state: 'edited', survival: 0.5, from: 1, pinnedBy: null, words: null },
    },
    {
      ...{ number: 8, kind: 'note', state: 'open', words: 'And this?', blockKey: 'gone:problem' },
      carried: { state: 'orphaned', survival: 0, from: 1, pinnedBy: null, words: null },
    },
  ],
}
const shown = (view: (typeof INTERDIFF_VIEWS)[number]) =>
  documentHtml(of, { writeup: 'problem', changes }, view).text

test('marked, what did not change is counted, and words that came and went are elements of their own', () => {
  const text = shown('marked')
  expect(text).toContain('2 unchanged passages')
  expect(text).not.toContain('Unchanged a.')
  expect(text).toContain('<del>the &lt;lock&gt; </del><ins>no &lt;lock&gt; </ins>')
  expect(text).toContain('<del>It is gone.</del>')
})

test('the new text has what is new and nothing of what is gone but that it is', () => {
  const text = shown('new')
  expect(text).toContain('Unchanged a.')
  expect(text).not.toContain('It is gone.')
  expect(text).toContain('A passage was deleted here.')
  expect(text).not.toContain('<ins>')
})

test('side by side each side has its own words', () => {
  const [, before = '', after = ''] =
    /before">(.*?)<\/div><div aria-label="after">(.*?)<\/div>/.exec(shown('side')) ?? []
  expect(before).toContain('the &lt;lock&gt;')
  expect(before).not.toContain('no &lt;lock&gt;')
  expect(after).toContain('no &lt;lock&gt;')
  expect(after).not.toContain('the &lt;lock&gt;')
})

test.each(INTERDIFF_VIEWS)(
  'one’s own comments stand beside what they are about, also when it is gone (%s)',
  (view) => {
    const text = shown(view)
    expect(text.indexOf('#8 note')).toBeLessThan(text.indexOf('Takes'))
    expect(text.indexOf('#7 note')).toBeGreaterThan(text.indexOf('Takes'))
    expect(text).toContain('edited: 50 % of the quoted words are here')
  },
)
