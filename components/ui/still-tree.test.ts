import { createElement as h, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { type Drawing, filled, fold, keep, stillHtml } from './still-tree.ts'

const Island = () => h('i', null, 'lives')
const Ask = (_: { of: string }) => null
const drawing: Drawing<string> = {
  isIsland: (type) => type === Island,
  asked: (type, props) => (type === Ask ? String(props.of) : null),
}
const placed = (text: string, className: string | undefined) =>
  h('div', { className, dangerouslySetInnerHTML: { __html: text } })
const answered = (folded: ReturnType<typeof fold<string>>, answer: (asked: string) => ReactNode) =>
  renderToStaticMarkup(
    filled(folded, drawing, {
      answer,
      beside: (asked) => (asked === 'before' ? 'next' : asked === 'after' ? 'previous' : null),
      place: ({ text }, className) => placed(text, className),
      noBox: 'none',
    }),
  )

test.each<[string, ReactNode]>([
  ['text with signs', 'a < b & "c"'],
  [
    'flags and numbers',
    h('ol', { start: 3, hidden: false, reversed: true, 'data-x': false, 'aria-busy': true }),
  ],
  ['a void element', h('br', { key: 'x' })],
  ['a style', h('p', { style: { '--n': 3, textAlign: 'left' } })],
  ['a listing that begins with a line end', h('pre', null, '\nx')],
  ['nothing', [null, false, undefined, '']],
])('%s is what React makes of it', (_, node) => {
  const html = stillHtml(node, () => false)
  expect(html?.text.replaceAll('&#39;', '&#x27;')).toBe(renderToStaticMarkup(node))
})

test.each<[string, ReactNode]>([
  ['a drawing', h('svg', { strokeWidth: 2, viewBox: '0 0 1 1' })],
  ['a file to keep', h('a', { href: '/x', download: true }, 'x')],
])('%s, which has properties that are not written here, is left to React', (_, node) => {
  expect(stillHtml(node, () => false)).toBeNull()
  expect(answered(fold(node, drawing), () => null)).toBe(renderToStaticMarkup(node))
})

test('each reader is answered anew, also within what is left to React', () => {
  const ask = h(Ask, { of: 'name' })
  const left = h('svg', { viewBox: '0 0 1 1' }, h('text', null, ask))
  const folded = fold(h('div', null, left, h('p', null, ask), h(Island)), drawing)
  for (const name of ['Ada', 'Bob']) {
    const html = answered(folded, () => name)
    expect(html.match(new RegExp(name, 'g'))).toHaveLength(2)
    expect(html).toContain('<i>lives</i>')
  }
})

test('a tree that is kept is drawn where it is answered', () => {
  const kept = keep(h('b', null, 'the same for all'), drawing)
  expect(answered(fold(h(Ask, { of: 'x' }), drawing), () => h('p', null, kept))).toBe(
    '<div class="none"><p><b>the same for all</b></p></div>',
  )
})

test('what is a part of a paragraph stays beside it, and what is a part of an island beside that', () => {
  const answer = (of: string) => placed(of, of)
  const [before, after] = [h(Ask, { of: 'before' }), h(Ask, { of: 'after' })]
  const box = (of: string) => `<div class="${of}">${of}</div>`
  const shown = (...siblings: ReactNode[]) => answered(fold(siblings, drawing), answer)
  const paragraph = h('p', null, 'read')
  // Behind an island, before an island, and an island with marks and threads of its own.
  expect(shown(h(Island), before, paragraph)).toBe(
    `<i>lives</i><div class="none">${box('before')}<p>read</p></div>`,
  )
  expect(shown(paragraph, after, h(Island))).toBe(
    `<div class="none"><p>read</p>${box('after')}</div><i>lives</i>`,
  )
  expect(shown(before, h(Island), after, before, paragraph)).toBe(
    `${box('before')}<i>lives</i>${box('after')}<div class="none">${box('before')}<p>read</p></div>`,
  )
})
