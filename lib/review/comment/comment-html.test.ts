import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { utf8Length } from '#lib/mail/message/utf8.ts'
import { textOf } from '#lib/review/comment/samples/text-of-html.ts'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { anyText, typedComment } from './comment-arbitrary.ts'
import { commentHtml, namedInComment } from './comment-html.ts'
import { HOSTILE } from './hostile-comments.ts'
import { LIST_COMMENTS } from './list-comments.ts'

const runs = testNumber('FUZZ_RUNS', 8000)
const NONE = { thread: () => null, mail: () => null }
const ALL = { thread: (n: number) => `/rfc/a/t/${n}`, mail: (id: string) => `/m/${encodeURIComponent(id)}` }

const TAG =
  /<(?:\/(?:p|div|blockquote|a|code|span)|p|blockquote|code|div data-kind="[a-z]+"(?: tabindex="0" role="group" aria-label="[A-Z][a-z]+")?|span data-line="[a-z]+"|a href="[^"<>]*"(?: rel="nofollow noopener ugc")?)>/g

describe('a comment as HTML', () => {
  test('says the comment, character for character', () => {
    fc.assert(
      fc.property(fc.oneof(typedComment, anyText), fc.constantFrom(NONE, ALL), (text, links) => {
        const html = commentHtml(text, links)
        expect(textOf(html)).toBe(text)
        // No sign of the comment makes a tag: what remains without the known ones has no angle bracket.
        expect(html.replace(TAG, '')).not.toMatch(/[<>]/)
        expect(utf8Length(html)).toBeLessThanOrEqual(6 * utf8Length(text) + 4096)
      }),
      { numRuns: runs },
    )
  })

  test.each(LIST_COMMENTS)('keeps %s', (_, text) => {
    expect(textOf(commentHtml(text, ALL))).toBe(text)
  })

  test.each([
    ['https://a.example/x.', 'https://a.example/x'],
    ['(https://a.example/x)', 'https://a.example/x'],
    ['https://a.example/Futex_(Linux),', 'https://a.example/Futex_(Linux)'],
    ['<https://a.example/x>', 'https://a.example/x'],
    ['"http://a.example/x"', 'http://a.example/x'],
    ['https://a.example/foo）。', 'https://a.example/foo'],
    ['https://a.example/?a=1&b=2', 'https://a.example/?a=1&amp;b=2'],
  ])('of %s the link is %s', (text, href) => {
    expect(commentHtml(text, NONE)).toContain(`<a href="${href}" rel="nofollow noopener ugc">${href}</a>`)
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'xhttps://a.example',
    'https://',
    'https:///etc',
    'ftp://a.example/',
    '[a](javascript:alert(1))',
    '<img src=x onerror=alert(1)>',
    '"><script>alert(1)</script>',
    'mailto:a@b.example',
  ])('%s is no link', (text) => {
    expect(commentHtml(text, ALL)).not.toContain('<a ')
    expect(commentHtml(text, ALL)).toMatch(/^<p>[^<]*<\/p>$/)
  })

  test('keeps the marks of code, and a mark alone is a mark', () => {
    expect(commentHtml('a `b<c` d', NONE)).toBe('<p>a <code>`b&lt;c`</code> d</p>')
    expect(commentHtml("it`s `` ' `", NONE)).not.toContain('<code>``</code>')
    expect(commentHtml('one ` mark', NONE)).toBe('<p>one ` mark</p>')
  })

  test('leads to a thread that exists, and to no other', () => {
    const links = { ...NONE, thread: (n: number) => (n === 7 ? '/rfc/a/t/7' : null) }
    expect(commentHtml('see #7, #8', links)).toBe('<p>see <a href="/rfc/a/t/7">#7</a>, #8</p>')
    for (const text of ['a#7', '#7a', '##7', '#07', '&#7;', '/#7', '#7_'])
      expect(commentHtml(text, links)).not.toContain('<a ')
  })

  test('leads to a known mail, in brackets or behind its header; an address of a person is text', () => {
    const links = { ...NONE, mail: (id: string) => (id === 'x@y' ? '/mail/x' : null) }
    expect(commentHtml('<x@y> <a@b>', links)).toBe('<p><a href="/mail/x">&lt;x@y&gt;</a> &lt;a@b&gt;</p>')
    expect(commentHtml('Message-ID: x@y', links)).toContain('Message-ID: <a href="/mail/x">x@y</a>')
    expect(commentHtml('In-Reply-To: <x@y>', links)).toContain('<a href="/mail/x">&lt;x@y&gt;</a>')
    expect(commentHtml('write to x@y', links)).not.toContain('<a ')
  })

  test('a value with a quotation mark stays within its attribute', () => {
    const links = { ...NONE, mail: () => '/m/"><script>' }
    expect(commentHtml('<x@y>', links)).toBe('<p><a href="/m/&quot;&gt;&lt;script&gt;">&lt;x@y&gt;</a></p>')
  })

  test('shows what was added and removed, in runs', () => {
    const html = commentHtml('--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n-a\n+b\n+c\n d', NONE)
    expect(html).toBe(
      '<div data-kind="patch"><span data-line="file">--- a/x\n+++ b/x\n</span><span data-line="hunk">@@ -1,2 +1,3 @@\n</span><span data-line="removed">-a\n</span><span data-line="added">+b\n+c\n</span> d</div>',
    )
  })

  test.each([
    ['a long line', `    ${'x'.repeat(80)}`],
    ['what fits the page and not its margin', `    ${'x'.repeat(19)}`],
    ['tabs, of which each is one character', '\t\t\tx'],
    ['signs of two columns', `    ${'\u6f22'.repeat(11)}`],
  ])('%s can be scrolled from the keyboard', (_, text) => {
    expect(commentHtml(text, NONE)).toBe(
      `<div data-kind="indented" tabindex="0" role="group" aria-label="Code">${text}</div>`,
    )
  })

  test('what fits everywhere is no stop for the keyboard', () => {
    expect(commentHtml('    x', NONE)).toBe('<div data-kind="indented">    x</div>')
    expect(commentHtml('\tif (x)', NONE)).toBe('<div data-kind="indented">\tif (x)</div>')
  })

  test('a race of two processors can be scrolled in a margin', () => {
    const race = 'CPU0                       CPU1\n----                       ----\nlock(a)\n'
    expect(commentHtml(race, NONE)).toContain(
      '<div data-kind="columns" tabindex="0" role="group" aria-label="Columns">',
    )
  })

  test('has a bounded number of links, and the words of all', () => {
    const text = Array.from({ length: 500 }, (_, i) => `https://a.example/page/number/${i}`).join('\n')
    const html = commentHtml(text, NONE)
    expect(html.split('<a ').length - 1).toBe(200)
    expect(textOf(html)).toBe(text)
  })

  test('names what has to be looked up, and not without end', () => {
    expect(namedInComment('#7 and #9 <a@b>\nMessage-ID: c@d\n> #7')).toEqual({
      threads: [7, 9],
      mails: ['a@b', 'c@d'],
    })
    const many = Array.from({ length: 5000 }, (_, i) => `#${i + 1} <${i}@x>`).join(' ')
    expect(namedInComment(many).threads.length).toBe(200)
    expect(namedInComment(many).mails.length).toBe(200)
  })
})

describe.each(HOSTILE)('hostile: %s', (_, text) => {
  test('costs at most 50 ms and six times its bytes', () => {
    for (const links of [NONE, ALL]) {
      const cost = () => {
        const before = cpuMs()
        const html = commentHtml(text, links)
        const ms = cpuMs() - before
        expect(utf8Length(html)).toBeLessThanOrEqual(6 * utf8Length(text) + 4096)
        expect(html.length).toBeGreaterThan(0)
        return ms
      }
      // The best of twenty: what else runs on the machine takes of the cache, and is counted here as well.
      let best = cost()
      for (let tries = 1; tries < 20 && best > 50; tries++) best = Math.min(best, cost())
      expect(best).toBeLessThanOrEqual(msHere(50))
      expect(textOf(commentHtml(text, links)) === text).toBe(true)
    }
  })
})
