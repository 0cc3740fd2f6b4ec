import { expect, test } from 'vitest'
import { keptAsMailed, markdownAsMail } from './markdown-as-mail.ts'

const reva = { name: 'Reva Reviewer', address: 'reva@example.net' }
const text = (markdown: string) =>
  markdownAsMail(markdown, { sender: reva, baseUrl: 'https://rfc.example/rfc/x', quotes: new Map() }).join(
    '\n',
  )

test.each([
  [
    'a paragraph is wrapped',
    'word '.repeat(30),
    `${'word '.repeat(14).trim()}\n${'word '.repeat(14).trim()}\nword word`,
  ],
  ['lines that were broken by hand stay broken', 'one  \ntwo\\\nthree', 'one\ntwo\nthree'],
  ['emphasis and code lose their marks', '*a* **b** `c_d()`', 'a b c_d()'],
  ['struck words are said to be struck', 'a ~~b c~~ d', 'a (struck out: b c) d'],
  ['a link is a number', '[text](https://a.example/)', 'text [1]\n\n[1] https://a.example/'],
  ['a relative link leads to the instance', '[t](/rfc/x/t/2)', 't [1]\n\n[1] https://rfc.example/rfc/x/t/2'],
  [
    'an address alone stays as it was typed',
    'See:\n\nhttps://a.example/b?c',
    'See:\n\nhttps://a.example/b?c',
  ],
  [
    'an address in a sentence is a number',
    'see https://a.example/ there',
    'see [1] there\n\n[1] https://a.example/',
  ],
  ['an image is a link', '![plan](https://a.example/p.png)', 'plan [1]\n\n[1] https://a.example/p.png'],
  ['a link that script hides in loses its address', '[t](javascript:x)', 't'],
  ['a tight list stays tight', '- a\n- b\n  1. c', '- a\n- b\n  1. c'],
  ['a task list keeps its boxes', '- [x] a\n- [ ] b', '- [x] a\n- [ ] b'],
  ['code is indented', '```c\nint x;\n\n  y\n```', '    int x;\n\n      y'],
  ['code with tabs keeps its columns', '```c\n\tint x;\n```', '\t\tint x;'],
  ['a quote of nobody is indented', '> said\n\nby whom?', '    said\n\nby whom?'],
  ['a heading is a line', '# Title\n\nwords', 'Title\n\nwords'],
  ['a rule is three stars', 'a\n\n---\n\nb', 'a\n\n* * *\n\nb'],
  ['HTML is what was typed, and no HTML', '<div>x</div>', '< div>x< /div>'],
  ['a footnote is a note', 'a[^1]\n\n[^1]: b', 'a (note 1)\n\n(note 1) b'],
  [
    'the sender’s trailer stands for itself',
    'Fine.\nReviewed-by: Reva Reviewer <reva@example.net>',
    'Fine.\nReviewed-by: Reva Reviewer <reva@example.net>',
  ],
  [
    'another person’s trailer is words',
    'Acked-by: Mika <mika@example.org>',
    ' Acked-by: Mika mika@example.org',
  ],
  ['an author’s [3] is no link', 'see [3]', 'see [ 3]'],
  ['a definition alone is shown as it was typed', '[a]: https://a.example/', '    [a]: https://a.example/'],
  ['invisible signs are no words', '\u200b\u2060', '(A comment without visible words.)'],
  ['a patch does not look like one', 'diff --git a/x b/x', ' diff --git a/x b/x'],
  ['a dash line does not cut the mail', 'a\n\n\\---\n\nb', 'a\n\n ---\n\nb'],
])('%s', (_, markdown, expected) => {
  expect(text(markdown)).toBe(expected)
})

test('a table is drawn', () => {
  expect(text('| a | b |\n|---|---|\n| x | 1 |')).toBe(
    ['    +---+---+', '    | a | b |', '    +---+---+', '    | x | 1 |', '    +---+---+'].join('\n'),
  )
})

test('what is nested deeply stays within 72 columns', () => {
  const nested = Array.from({ length: 40 }, (_, i) => `${'  '.repeat(i)}- some words of this item`).join('\n')
  for (const line of text(nested).split('\n')) expect(line.length).toBeLessThanOrEqual(72)
})

test('what it gives up on is kept as it was typed', () => {
  for (const markdown of [
    '123456789. '.repeat(5900),
    '[^a]'.repeat(740),
    `${'1. '.repeat(59)}x\n`.repeat(355),
  ]) {
    const kept = keptAsMailed(markdown, { sender: reva, baseUrl: 'https://rfc.example/rfc/x' })
    expect(kept.trim()).not.toBe('')
  }
})

test('its quotes are kept as quotes', () => {
  const kept = keptAsMailed('> *said*\n> so\n\n**No.**', {
    sender: reva,
    baseUrl: 'https://rfc.example/rfc/x',
  })
  expect(kept).toBe('> said\n> so\n\nNo.')
})
