import type { Nodes } from 'hast'
import { expect, test } from 'vitest'
import { commentTreeOf } from './comment-markdown.ts'

/** Enough of a serialiser to see what a browser would get. */
function html(node: Nodes): string {
  if (node.type === 'text') return node.value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  if (node.type === 'root') return node.children.map(html).join('')
  if (node.type !== 'element') return ''
  const attributes = Object.entries(node.properties).map(([name, value]) => ` ${name}="${value}"`)
  return `<${node.tagName}${attributes.join('')}>${node.children.map(html).join('')}</${node.tagName}>`
}

const render = (markdown: string) => html(commentTreeOf(markdown))

test('emphasis, code, lists, tables and quotes are rendered', () => {
  expect(render('*a* `b`')).toBe('<p><em>a</em> <code>b</code></p>')
  expect(render('> q')).toContain('<blockquote>')
  expect(render('| a |\n| - |\n| 1 |')).toContain('<td>1</td>')
  expect(render('- [x] done')).toContain('type="checkbox"')
})

test.each([
  ['a script', '<script>alert(1)</script>'],
  ['an event handler', '<b onclick="alert(1)">x</b>'],
  ['an iframe inside a sentence', 'x <iframe src="//evil"></iframe> y'],
  ['a comment of HTML', '<!-- <b> -->'],
  ['MDX', '<Claim id="x">{1+1}</Claim>'],
])('%s is shown as the text that was typed', (_, markdown) => {
  const out = render(markdown)
  expect(out).not.toMatch(/<(script|b|iframe|Claim)\b/)
  expect(out).toContain('&lt;')
})

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
])('a link to %s loses its address', (url) => {
  expect(render(`[x](<${url}>)`)).not.toContain('href')
})

test('an image becomes a link, so that reading a comment fetches nothing', () => {
  expect(render('![diagram](https://example.org/a.png)')).toBe(
    '<p><a href="https://example.org/a.png">diagram</a></p>',
  )
})

test('ids of a comment cannot take those of the page', () => {
  expect(render('a[^content]\n\n[^content]: b')).not.toMatch(/id="(?!comment-)/)
})

test.each([
  ['quotes', '>'.repeat(5000)],
  ['lists', Array.from({ length: 400 }, (_, i) => `${'  '.repeat(i)}- x`).join('\n')],
  ['brackets', '['.repeat(60_000)],
  ['stars', '*a '.repeat(20_000)],
  ['emphasis in emphasis', `${'**a '.repeat(1000)}${'a** '.repeat(1000)}`],
  ['backticks', '`a'.repeat(30_000)],
  ['table pipes', `${'|a'.repeat(2000)}\n${'|-'.repeat(2000)}\n${'|b'.repeat(2000)}`],
  ['angle brackets', '<a '.repeat(20_000)],
])('a hostile comment of %s is rendered within two seconds', (_, markdown) => {
  const began = performance.now()
  commentTreeOf(markdown.slice(0, 65_536))
  expect(performance.now() - began).toBeLessThan(2000)
})

test.each([
  ['a table whose rows are padded', `${'|a'.repeat(300)}\n${'|-'.repeat(300)}\n${'|\n'.repeat(20_000)}`],
  ['lazy continuation lines below nested lists', `${'- '.repeat(58)}a\n${'x\n'.repeat(32_000)}`],
  ['nested emphasis', '*_'.repeat(32_000)],
  ['a list of sixteen thousand items', '- a\n'.repeat(16_000)],
  ['strikethrough', '~a~'.repeat(21_000)],
  ['footnotes', `${'[^a]'.repeat(16_000)}\n\n[^a]: x`],
  ['nested lists within the limits', `${'- '.repeat(55)}a\n${'x\n'.repeat(1400)}`],
  ['emphasis within the limits', '*_'.repeat(1400)],
  ['a table within the limits', `${'|a'.repeat(11)}\n${'|-'.repeat(11)}\n${'|\n'.repeat(250)}`],
  ['footnotes within the limits', `${'[^a]'.repeat(900)}\n\n[^a]: x`],
  ['links within the limits', '[a](b) '.repeat(500)],
])('%s takes well under a second, and its tree stays small', (_, markdown) => {
  const began = performance.now()
  const tree = commentTreeOf(markdown.slice(0, 65_536))
  expect(performance.now() - began).toBeLessThan(900)
  expect(JSON.stringify(tree).length).toBeLessThan(2_000_000)
})
