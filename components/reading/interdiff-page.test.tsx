import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ThreadPlaces } from '#components/thread/thread-places.tsx'
import type { Interdiff } from '#lib/review/thread/interdiff.ts'
import { InterdiffPage } from './interdiff-page.tsx'

const of: Interdiff = {
  ...{ slug: 'waits', title: 'Waits', from: 2, to: 3, numbers: [1, 2, 3], changelog: 'Said later.' },
  ...{ marked: 1, total: 20, own: [] },
  documents: [
    {
      writeup: 'problem',
      changes: [
        { kind: 'inserted', key: 'a', block: 'paragraph', parts: [{ kind: 'new', text: 'A <new> one.' }] },
      ],
    },
    { writeup: 'lifetime', changes: [] },
  ],
  claims: [{ id: 'no-loss', before: 'holds, 7 states', after: 'violated, 9 states', isOtherModel: true }],
}

test('a page of changes names its revisions, its other views, its claims, and the write-ups that changed', () => {
  const text = renderToStaticMarkup(
    <InterdiffPage
      of={of}
      view="marked"
      titles={new Map([['problem', 'The problem']])}
      still={(piece, { text }) => ({ request: 'r', piece, html: text })}
    />,
  )
  expect(text).toContain('What changed from v2 to v3')
  expect(text).toContain('href="/rfc/waits/v2..v3?view=side"')
  expect(text).toContain('href="/rfc/waits/v2..v3.txt"')
  expect(text).toContain('href="/rfc/waits/v1..v3"')
  expect(text).toContain('no-loss: holds, 7 states -&gt; violated, 9 states, on another model')
  expect(text).toContain('The problem')
  expect(text).toContain('<ins>A &lt;new&gt; one.</ins>')
  expect(text).not.toContain('lifetime')
})

test('a thread says its words of now, and leads to its place in each revision', () => {
  const carried = { state: 'edited', survival: 0.85, from: 1, pinnedBy: null } as const
  const places = [3, 2].map((revision) => ({
    ...{ revision, blockKey: `problem-${revision}` },
    carried: { ...carried, words: { blockKey: `problem-${revision}`, start: 0, end: 5 } },
  }))
  const now = { revision: 3, exact: 'those words', prefix: 'Before ', suffix: ' after' }
  const text = renderToStaticMarkup(<ThreadPlaces slug="waits" places={places} now={now} />)
  expect(text).toContain('<mark>those words</mark>')
  expect(text).toContain('from v1, edited: 85 % of the quoted words are here')
  expect(text).toContain('href="/rfc/waits/v2#b-problem-2"')
  expect(renderToStaticMarkup(<ThreadPlaces slug="waits" places={[]} now={null} />)).toBe('')
})
