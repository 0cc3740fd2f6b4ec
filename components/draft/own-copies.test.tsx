import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { OwnCopies } from './own-copies.tsx'

const updatedAt = new Date('2026-11-29T12:00:00Z')
const shown = (copies: Parameters<typeof OwnCopies>[0]['copies']) =>
  renderToStaticMarkup(<OwnCopies copies={copies} now={updatedAt.getTime()} />)

test('what somebody writes is listed with the way to it, whether it was published or not', () => {
  const text = shown([
    { slug: 'ring', title: null, updatedAt, baseRevision: 0 },
    { slug: 'futex', title: 'Futex <b>', updatedAt, baseRevision: 2 },
  ])
  expect(text).toContain('<a href="/rfc/ring/edit">ring</a>, not published')
  expect(text).toContain('<a href="/rfc/futex/edit">Futex &lt;b&gt;</a>, from v2')
})

test('who writes nothing is told nothing', () => {
  expect(shown([])).toBe('')
})
