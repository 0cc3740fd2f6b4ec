import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { atomOf, type FeedEntry, xml } from './atom.ts'

/** Read by a parser that refuses what XML refuses: the text and the attributes of each element, in order. */
function read(document: string): { name: string; text: string; href: string }[] {
  const elements: { name: string; text: string; href: string }[] = []
  const open: { name: string; text: string; href: string }[] = []
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, text: '', href: attributes.href?.value ?? '' }
    elements.push(element)
    open.push(element)
  })
  parser.on('text', (text) => {
    const last = open.at(-1)
    if (last) last.text += text
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(document).close()
  return elements
}

const entry = (text: string): FeedEntry => ({
  url: `https://rfc.example/rfc/x/t/1?q=${encodeURIComponent('a&b')}&c=<`,
  title: text,
  author: text,
  at: '2027-01-01T00:00:00.000Z',
  text,
})
const feedOf = (text: string) =>
  atomOf({
    title: text,
    selfUrl: 'https://rfc.example/x.atom?q=%22&b',
    url: 'https://rfc.example/x',
    entries: [entry(text)],
  })

/** As the parser has it: what XML cannot say is replaced, and nothing else. */
const sayable = (text: string) =>
  [...text].map((sign) => (isSayable(sign.codePointAt(0) ?? 0) ? sign : '\ufffd')).join('')
/** XML 1.0, section 2.2. */
const isSayable = (code: number) =>
  [0x9, 0xa, 0xd].includes(code) ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  code >= 0x10000

test.each([
  '</content><script>alert(1)</script>',
  ']]> <![CDATA[ &amp; &#x0; <!-- -- -->',
  '" onload="x \' &',
  'a\r\nb\rc\td\u0000\u0008\u001b[31m\ufffe\uffff',
  '\ud800 half \udc00 \u202e right to left',
  '😀 é Überläufe',
  '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;',
])('%j is in the feed as it was said', (text) => {
  const content = read(feedOf(text)).find(({ name }) => name === 'content')
  expect(content?.text).toBe(sayable(text))
})

test('any text makes a feed that a strict parser reads, with the same text in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const elements = read(feedOf(text))
      expect(elements.map(({ name }) => name)).toEqual(
        [
          'feed',
          'id',
          'title',
          'link',
          'link',
          'updated',
          'generator',
          'entry',
          'id',
          'title',
          'link',
          'author',
          'name',
        ].concat(['updated', 'content']),
      )
      expect(elements.at(-1)?.text).toBe(sayable(text))
    }),
    { numRuns: 300 },
  )
})

test('addresses keep their signs, long texts are cut between characters, and no date is no date of a feed', () => {
  const elements = read(feedOf('x'))
  expect(elements.find(({ name, href }) => name === 'link' && href.includes('/t/1'))?.href).toBe(
    entry('').url,
  )
  const long = read(feedOf('😀'.repeat(5000))).at(-1)?.text ?? ''
  expect(long.length).toBeLessThan(4010)
  expect(long).not.toContain('\ufffd')
  const undated = atomOf({
    title: '',
    selfUrl: 'a',
    url: 'b',
    entries: [{ ...entry('x'), at: 'at no known time' }],
  })
  expect(
    read(undated)
      .filter(({ name }) => name === 'updated')
      .map(({ text }) => text),
  ).toEqual(['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'])
  expect(xml('a<b')).toBe('a&lt;b')
})
