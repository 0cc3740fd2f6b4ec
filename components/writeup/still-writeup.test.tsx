import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { Html } from '#components/ui/html.ts'
import { stillPart } from './still-writeup.tsx'

test('a part is drawn once for what it is drawn from, and once for each name', () => {
  let times = 0
  const Listing = ({ of }: { of: string }) => {
    times++
    return <pre>{`line of ${of} <`}</pre>
  }
  const still = (piece: string, { text }: Html) => ({ request: 'r', piece, html: text })
  const shown = (name: string, of: object) =>
    renderToStaticMarkup(stillPart(name, <Listing of={name} />, still, of))
  const [bundle, another] = [{}, {}]
  const first = shown('a', bundle)
  expect(first).toContain('<pre>line of a &lt;</pre>')
  expect(shown('a', bundle)).toBe(first)
  expect(times).toBe(1)
  shown('b', bundle)
  shown('a', another)
  expect(times).toBe(3)
})
