import type { Nodes } from 'mdast'
import { expect, test } from 'vitest'
import { blocksOfWriteup } from '#lib/writeup/blocks/blocks.ts'
import { applyEdits } from './apply-edits.ts'
import { parseWriteup } from './parse.ts'

const front = '---\ntitle: x\n---\n\n'
const ABOVE = 4

function parse(body: string) {
  return parseWriteup({ file: 'problem.mdx', writeup: 'problem', source: `${front}${body}\n` })
}

function problemsOf(body: string) {
  const parsed = parse(body)
  return parsed.ok ? [] : parsed.error
}

function blocksOf(body: string) {
  const parsed = parse(body)
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('\n'))
  return blocksOfWriteup(parsed.value).map(({ kind, text }) => [kind, text])
}

/** Line and column of the body, the rule, and words of the message that say what to write. */
type Broken = readonly [body: string, line: number, column: number, rule: string, says: string]

const broken: readonly Broken[] = [
  ['Latency is <10s here.', 1, 12, 'syntax', '`\\<`'],
  ['a<5', 1, 2, 'syntax', '`\\<`'],
  ['It is <= 5.', 1, 7, 'syntax', '`\\<`'],
  ['x <- y', 1, 3, 'syntax', '`\\<`'],
  ['a <<b>> c', 1, 3, 'syntax', '`\\<`'],
  ['Write a <`foo` here.', 1, 9, 'syntax', '`\\<`'],
  ['Includes <linux/sched.h> first.', 1, 10, 'syntax', 'in `code`'],
  ['Includes <errno.h> first.', 1, 10, 'syntax', 'in `code`'],
  ['See <test> there.', 1, 5, 'syntax', 'in `code`'],
  ['See </test> there.', 1, 5, 'syntax', 'in `code`'],
  ['- item <3\n- item', 1, 8, 'syntax', '`\\<`'],
  ['> quote <3', 1, 9, 'syntax', '`\\<`'],
  ['| a |\n| --- |\n| <3 |', 3, 3, 'syntax', '`\\<`'],
  ['## Less than <3', 1, 14, 'syntax', '`\\<`'],
  ['a[^n]\n\n[^n]: below <3', 3, 13, 'syntax', '`\\<`'],
  ['**bold <3**', 1, 8, 'syntax', '`\\<`'],
  ['第一 <3', 1, 4, 'syntax', '`\\<`'],
  ['<3 first', 1, 1, 'syntax', '`\\<`'],
  ['one\ntwo\nthree <3', 3, 7, 'syntax', '`\\<`'],
  ['The struct { a, b } is', 1, 12, 'no-expression', '`\\{`'],
  ['{x}', 1, 1, 'no-expression', '`\\{`'],
  ['a {{b}} c', 1, 3, 'no-expression', '`\\{`'],
  ['a { b', 1, 3, 'syntax', '`\\{`'],
  ['- a {x}', 1, 5, 'no-expression', '`\\{`'],
  ['> a {x}', 1, 5, 'no-expression', '`\\{`'],
  ['{\nx\n}', 1, 1, 'no-expression', '`\\{`'],
  ['{a\n\nb}', 1, 1, 'syntax', '`\\{`'],
  ['<Note>\nwords', 1, 1, 'syntax', '</Note>'],
  ['words\n\n</Note>', 3, 1, 'syntax', 'closes nothing'],
  ['<Note>\n<Details summary="s">\nwords\n</Note>', 2, 1, 'syntax', '</Details>'],
  ['<Note>\n- words\n  </Note>', 3, 3, 'syntax', 'same indentation'],
  ['<Note kind=x>\nwords\n</Note>', 1, 7, 'syntax', 'name="text"'],
  ['<Details summary=words>\nwords\n</Details>', 1, 10, 'syntax', 'name="text"'],
  ['<Details summary="words>\nwords\n</Details>', 1, 10, 'syntax', 'name="text"'],
  ['<Details>\nwords\n</Details>', 1, 1, 'missing-attribute', 'summary'],
  ['<Details summery="s">\nwords\n</Details>', 1, 10, 'unknown-attribute', 'summary'],
  ['<Details summary={s}>\nwords\n</Details>', 1, 10, 'no-attribute-expression', 'summary="text"'],
  ['<Note', 1, 1, 'syntax', '`>`'],
  ['<Nota>\nwords\n</Nota>', 1, 1, 'unknown-component', 'Note'],
  ['<note>\nwords\n</note>', 1, 1, 'no-html', '`code`'],
  ['one<br>two', 1, 4, 'no-html', 'end the line'],
  ['one<br/>two', 1, 4, 'no-html', 'end the line'],
  ['| a |\n| --- |\n| one<br>two |', 3, 6, 'no-html', 'one line'],
  ['<details>\n<summary>More</summary>\n\nwords\n\n</details>', 1, 1, 'no-html', '<Details summary='],
  ['<details>\n<summary>More</summary>\n\nwords\n\n</details>', 2, 1, 'no-html', 'summary="…"'],
  ['a <b>bold</b> word', 1, 3, 'no-html', '**words**'],
  ['a <sub>1</sub>', 1, 3, 'no-html', 'x_1'],
  ['<p>words', 1, 1, 'no-html', 'empty'],
  ['<!-- a comment', 1, 1, 'syntax', '`-->`'],
  ['a <!-- b\n\nc --> d', 1, 3, 'syntax', 'lines of its own'],
  ['```c\nint x;\n\n## Words', 1, 1, 'code-fence', 'own'],
  ['~~~\nx', 1, 1, 'code-fence', 'own'],
  ['- item\n\n  ```c\n  int x;\n\nwords', 3, 3, 'code-fence', 'own'],
  ['````md\n```c\nx\n```', 1, 1, 'code-fence', 'one sign more'],
  ['```md\n```c\nx\n```\n```', 5, 1, 'code-fence', 'one sign more'],
  ['```mermiad\ngraph TD\n```', 1, 1, 'code-language', '`mermaid`'],
  ['```promla\nx\n```', 1, 1, 'code-language', '`promela`'],
  ['| a | b |\n| --- | --- |\n| `x | y` | z |', 3, 6, 'table', '`\\|`'],
  ['| a | b |\n| --- | --- |\n| x | y | z |', 3, 9, 'table', 'delete'],
  ['See [the words][nowhere].\n\n[docs]: https://a.example', 1, 5, 'reference', '[nowhere]:'],
  ['See [the words][].\n\n[docs]: https://a.example', 1, 5, 'reference', '[the words]:'],
  ['See [it][manual-pag].\n\n[manual-page]: https://a.example', 1, 5, 'reference', '[manual-page]'],
  ['A note[^gone].', 1, 1, 'footnote', '[^gone]:'],
  ['##Words without a blank', 1, 1, 'heading', 'blank'],
  ['words\n##More', 2, 1, 'heading', 'blank'],
  ['It costs $O(n^2)$ and $\\frac{a}{b}$.', 1, 10, 'no-formula', 'words'],
  ['$$\nT = \\sum_{i=0}^{n} t_i\n$$', 1, 1, 'no-formula', 'words'],
  ['export of the symbol', 1, 1, 'no-esm', 'another word'],
  ['[x](javascript:y)', 1, 1, 'unsafe-url', 'https:'],
  ['![picture](a.png)', 1, 1, 'no-image', 'diagram'],
]

test.each(broken)(
  '%j is told at its line and column, with what to write',
  (body, line, column, rule, says) => {
    const problems = problemsOf(body)
    const found = problems.find(
      (one) => one.rule === rule && one.line === line + ABOVE && one.column === column,
    )
    expect(problems.map((one) => `${one.line - ABOVE}:${one.column} ${one.rule}`)).toContain(
      `${line}:${column} ${rule}`,
    )
    expect(found?.message).toContain(says)
  },
)

test.each(broken)('what stands below %j is told in the same run', (body) => {
  // A fence without an end has everything below it.
  const isFence = problemsOf(body).some(({ rule }) => rule === 'code-fence')
  const both = isFence ? `Below {is} one.\n\n${body}` : `${body}\n\nBelow {is} one.`
  const line = isFence ? 1 : body.split('\n').length + 2
  expect(problemsOf(both).map((one) => `${one.line - ABOVE}:${one.column}`)).toContain(`${line}:7`)
})

test('many problems are each told once, and a formula is not told as braces', () => {
  const body =
    'One <5.\n\n<test> and {x}.\n\n$\\frac{a}{b}$ and $n_{i}$\n\n<Note>\n\n{y} <3\n\n| a |\n| - |\n| b | c |\n\n`<z {w}`'
  expect(problemsOf(body).map((one) => `${one.line - ABOVE}:${one.column} ${one.rule}`)).toEqual([
    '1:5 syntax',
    '3:1 syntax',
    '3:12 no-expression',
    '5:1 no-formula',
    '7:1 syntax',
    '9:1 no-expression',
    '9:5 syntax',
    '13:5 table',
  ])
})

test('what braces and angles stand for within code, fences and escapes is never told', () => {
  const body =
    '`<a {b}` and \\<c\\> \\{d}\n\n```c\n<e {f}\n```\n\n    <g {h}\n\n- `<i`\n\n  ~~~\n  <j {k}\n  ~~~\n\n`over\n{two} lines`'
  expect(problemsOf(body)).toEqual([])
})

test.each<[string, string, [string, string][]]>([
  ['a comment in a line', 'One <!-- c --> two.', [['paragraph', 'One two.']]],
  [
    'a comment on its own',
    'One.\n\n<!-- c -->\n\nTwo.',
    [
      ['paragraph', 'One.'],
      ['paragraph', 'Two.'],
    ],
  ],
  ['a comment of lines and lists', '<!--\na\n\n- {b}\n<c\n-->\n\nTwo.', [['paragraph', 'Two.']]],
  ['a comment before words', '<!-- c --> two', [['paragraph', 'two']]],
  ['a comment in MDX', 'One {/* c */} two.\n\n{/* d */}', [['paragraph', 'One two.']]],
  [
    'a comment in a list and a table',
    '- <!-- c -->\n- b\n\n| a <!-- c --> |\n| - |\n| <!-- c --> d |',
    [
      ['list-item', 'b'],
      ['table-row', 'a'],
      ['table-row', 'd'],
    ],
  ],
  [
    'an address in angle brackets',
    'See <https://a.example/b> and <c@d.example>.',
    [['paragraph', 'See https://a.example/b and c@d.example.']],
  ],
  [
    'code that is set in by four',
    'One:\n\n    if (x)\n    \treturn *p;\n\ntwo',
    [
      ['paragraph', 'One:'],
      ['code-line', 'if (x)'],
      ['code-line', '\treturn *p;'],
      ['paragraph', 'two'],
    ],
  ],
  [
    'code that is set in by a tab',
    'One:\n\n\tint *p, *q;\n\ntwo',
    [
      ['paragraph', 'One:'],
      ['code-line', 'int *p, *q;'],
      ['paragraph', 'two'],
    ],
  ],
  [
    'code that is set in within a list',
    '- one\n\n      x = {1};\n\n  two',
    [
      ['list-item', 'one'],
      ['code-line', 'x = {1};'],
      ['paragraph', 'two'],
    ],
  ],
  [
    'a task list',
    '- [x] done\n- [ ] open',
    [
      ['list-item', '[x] done'],
      ['list-item', '[ ] open'],
    ],
  ],
  [
    'deep headings',
    '## A\n\n### B\n\n#### C\n\n##### D\n\n###### E',
    [
      ['heading', 'A'],
      ['heading', 'B'],
      ['heading', 'C'],
      ['heading', 'D'],
      ['heading', 'E'],
    ],
  ],
  [
    'components within components',
    '<Answer to="a">\n    <Note>\n    words\n    </Note>\n</Answer>',
    [['paragraph', 'words']],
  ],
  [
    'an address before a stop',
    '见 https://a.example/b。然后',
    [['paragraph', '见 https://a.example/b。然后']],
  ],
])('%s may be written', (_, body, expected) => {
  if (_ === 'components within components') return expect(problemsOf(body)).toEqual([])
  expect(blocksOf(body)).toEqual(expected)
})

test.each([
  'sh',
  'SHELL',
  'rust',
  'C',
  'c++',
  'go',
  'yaml',
  'tex',
  'java',
  'asm',
  'dts',
  'kconfig',
  'console',
  'python',
  'make',
  'objdump',
])('code in %s may be written', (language) => {
  expect(blocksOf(`\`\`\`${language}\nx = 1\n\`\`\``)).toEqual([['code-line', 'x = 1']])
})

test('the lines of code that is set in are those of the file', () => {
  const parsed = parse('One:\n\n    a\n\n    b\n\n```c\nc\n```')
  expect(parsed.ok && blocksOfWriteup(parsed.value).map(({ line }) => line - ABOVE)).toEqual([1, 3, 5, 8])
})

test('an address ends before an angle bracket and a stop of another script', () => {
  const urls: string[] = []
  const visit = (node: Nodes): void => {
    if (node.type === 'link') urls.push(node.url)
    if ('children' in node) for (const child of node.children) visit(child)
  }
  const parsed = parse(
    '\\<https://a.example/b>（https://a.example/c）。See https://a.example/d。 www.a.example/e、x [w](https://a.example/f。)',
  )
  if (parsed.ok) visit(parsed.value.tree)
  expect(urls).toEqual([
    'https://a.example/b',
    'https://a.example/c',
    'https://a.example/d',
    'http://www.a.example/e',
    'https://a.example/f。',
  ])
})

test.each([
  'As in [RFC][PATCH 2/4], and in [RFC PATCH][v2].',
  'Row [i][j] of it, and [slot][index].',
  'See [the words][nowhere].',
  'Row [i][j], [RFC][PATCH 2/4] and [slot][index], see [docs].\n\n[docs]: https://a.example',
  'One <!-- [the words][nowhere] --> two [docs].\n\n[docs]: https://a.example',
])('%j is shown as it is typed', (body) => {
  expect(problemsOf(body)).toEqual([])
})

test.each([
  'expands to `FUTEX_\n##op` there',
  'a `##b` c',
  'one <!--\n##no heading --> two',
  'one\n`x`##two',
])('%j has no line that was meant as a heading', (body) => {
  expect(problemsOf(body)).toEqual([])
})

const isFixed = (body: string) => problemsOf(body).some(({ fix }) => fix)

test.each(broken.filter(([body]) => isFixed(body)))('what is mended of %j is told no more', (body) => {
  const source = `${front}${body}\n`
  const first = problemsOf(body)
  const { text } = applyEdits(
    source,
    first.flatMap(({ fix }) => fix ?? []),
  )
  const parsed = parseWriteup({ file: 'problem.mdx', writeup: 'problem', source: text })
  const left = parsed.ok ? [] : parsed.error
  expect(left.filter(({ fix }) => fix)).toEqual([])
  expect(left.length).toBe(first.filter(({ fix }) => !fix).length)
})
