import { expect, test } from 'vitest'
import { COMPONENT_NAMES } from '#lib/mail/text/markup.ts'
import { COMPONENTS } from './allow-list.ts'
import { parseWriteup } from './parse.ts'
import { RULES } from './problem.ts'
import { isSafeUrl } from './safe-url.ts'

function problemsOf(body: string) {
  const source = `---\ntitle: x\n---\n\n${body}\n`
  const parsed = parseWriteup({ file: 'problem.mdx', writeup: 'problem', source })
  return parsed.ok ? [] : parsed.error
}

test.each([
  ['an attribute that is missing', '<Answer>x</Answer>', 'missing-attribute', '<Answer to="lifetime-owner">'],
  ['an attribute without a value', '<Answer to>x</Answer>', 'attribute-value', 'to="…"'],
  ['an attribute that is empty', '<Details summary="">x</Details>', 'attribute-value', 'empty'],
  [
    'an attribute that is written twice',
    '<Answer to="a" to="b">x</Answer>',
    'duplicate-attribute',
    'keep one',
  ],
  ['an id with capitals', '<Answer to="Races">x</Answer>', 'attribute-value', 'lower case words'],
  [
    'a word that is not one of two',
    '<Claim id="a" model="m" property="safety" expect="true">x</Claim>',
    'attribute-value',
    '"holds" or "violated"',
  ],
  [
    'a property that the checker does not know',
    '<Claim id="a" model="m" property="fair safety" expect="holds">x</Claim>',
    'attribute-value',
    '"safety"',
  ],
  [
    'a path that leaves the bundle',
    '<Figure id="a" caption="c" ascii="../a.txt">\n```c\nx\n```\n</Figure>',
    'attribute-value',
    'figures/order.txt',
  ],
  ['a chart of nothing', '<Chart id="a" caption="b" />', 'missing-attribute', 'data/hold-time.json'],
  [
    'a chart of a file elsewhere',
    '<Chart id="a" caption="b" data="/etc/x.json" />',
    'attribute-value',
    'file of the bundle',
  ],
  ['evidence of nothing', '<Evidence id="a" />', 'missing-attribute', 'scenario="basic-06"'],
  ['evidence with content', '<Evidence id="a" scenario="b">x</Evidence>', 'component-content', 'no content'],
  ['an open question', '<Unresolved id="a">x</Unresolved>', 'not-built', '<Note>'],
  ['a term on lines of its own', '<Term of="a">\nx\n</Term>', 'component-place', 'around the words'],
  ['a term in a heading', '## A <Term of="a">x</Term>', 'component-place', 'a heading'],
  ['a term in a link', '[a <Term of="a">x</Term>](https://a.b)', 'component-place', 'a link'],
  ['a term in a footnote', 'a[^1]\n\n[^1]: b <Term of="a">x</Term>', 'component-place', 'a footnote'],
  ['a term in a term', '<Term of="a">x <Term of="b">y</Term></Term>', 'component-place', 'another <Term>'],
  ['a term without words', 'a <Term of="a" /> b', 'component-content', 'no words'],
  ['a component in a term', 'a <Term of="a"><Note>x</Note></Term>', 'component-place', 'lines of its own'],
  ['a component inside a line', 'see <Note>x</Note> here', 'component-place', 'lines of its own'],
  ['a component in a table', '| a |\n|---|\n| <Note>x</Note> |', 'component-place', 'lines of its own'],
  ['a component in a footnote', 'a[^1]\n\n[^1]: b\n\n    <Note>x</Note>', 'component-place', 'footnote'],
  [
    'a claim of two paragraphs',
    '<Claim id="a" model="m" property="safety" expect="holds">\nx\n\ny\n</Claim>',
    'component-content',
    'one paragraph',
  ],
  [
    'a claim without words',
    '<Claim id="a" model="m" property="safety" expect="holds"></Claim>',
    'component-content',
    'one paragraph',
  ],
  [
    'a simulation with content',
    '<Simulation id="a" model="m">x</Simulation>',
    'component-content',
    'no content',
  ],
  ['a figure without a diagram', '<Figure id="a" caption="c">x</Figure>', 'component-content', '```mermaid'],
  ['an answer without text', '<Answer to="a"></Answer>', 'component-content', 'empty'],
  ['a title in the text', '# Title', 'no-title-heading', 'title:'],
  ['a heading that skips a level', '## A\n\n#### B', 'heading', '`###`'],
  ['a first heading that is too deep', '### A', 'heading', '`##`'],
  ['a heading without an end', `## ${'word '.repeat(61)}`, 'heading', 'at most 300'],
  ['a heading without words', '## ?!', 'heading', 'no words'],
  ['a heading in a list', '- ## A', 'heading', 'move it out'],
  ['a heading in a note', '<Note>\n## A\n</Note>', 'heading', 'move it out'],
  ['a footnote without a definition', 'a[^b]', 'footnote', 'no footnote [^b]'],
  ['a footnote that nothing refers to', 'a\n\n[^b]: c', 'footnote', 'Nothing refers'],
  ['a footnote that is defined twice', 'a[^b]\n\n[^b]: c\n\n[^b]: d', 'footnote', 'twice'],
  ['a language that is misspelt', '```mermiad\nx\n```', 'code-language', 'mermaid'],
  ['code without code', '```c\n```', 'component-content', 'empty'],
  ['a diagram of no known kind', '```mermaid\ngrpah TD\n```', 'diagram', 'flowchart'],
  ['struck-out text', 'a ~~b~~', 'no-strikethrough', 'delete'],
])('%s is refused, and the message says what to write', (_, body, rule, hint) => {
  const problems = problemsOf(body)
  expect(problems.map((problem) => problem.rule)).toContain(rule)
  expect(problems.find((problem) => problem.rule === rule)?.message).toContain(hint)
})

test.each([
  ['plain text with signs', 'a < b, c > d, e & f, 3 * 4, a_b_c, ~5, [x], \\{y\\}'],
  ['code in code', '`<script>` and `{x}`\n\n```c\n<b>{x}</b>\nimport x\n```'],
  ['a word that looks like code later', 'We import nothing and export nothing.'],
  ['links', '[a](https://a.b/c?d=e#f) [b](mailto:x@y.z) [c](/rfc/x) [d](#b-x) [e](../v2) www.x.yz'],
  ['a reference', '[a][b]\n\n[b]: https://x.y "with a title"'],
  ['nested lists and quotes', '- a\n  - b\n    > c\n    >\n    > 1. d'],
  ['headings within an answer', '<Answer to="races">\n\n## A\n\n### B\n\ntext\n\n</Answer>\n\n## C'],
  ['answers in answers', '<Answer to="a">\n<Answer to="b">\n\ntext\n\n</Answer>\n</Answer>'],
  ['a component in a list', '- <Note>a</Note>\n- b'],
  ['a comment in a diagram', '```mermaid\n%% a comment\nflowchart LR\n  A --> B\n```'],
  ['a fence without a language', '```\nx\n```'],
  [
    'every language',
    ['c', 'promela', 'diff', 'bash', 'json', 'text'].map((l) => `\`\`\`${l}\nx\n\`\`\``).join('\n\n'),
  ],
  ['an aligned table with code', '| a | b |\n|:--|--:|\n| `x \\| y` | 1 |'],
  ['characters of other scripts', 'Größe, 大きさ, र्, 👩‍👩‍👧, x\u00a0y'],
  ['a rule', 'a\n\n---\n\nb'],
  ['a term', 'The <Term of="hb->lock">`hb->lock`</Term> and *the <Term of="x y">*x* y</Term>*.'],
  [
    'a term alone in a line, an item, a cell',
    '<Term of="a">x</Term>\n\n- <Term of="a">x</Term>\n\n| <Term of="a">x</Term> |\n|---|\n| y |',
  ],
])('%s may be written', (_, body) => {
  expect(problemsOf(body)).toEqual([])
})

test('all problems of a document are told, in order', () => {
  const problems = problemsOf('# A\n\n{x}\n\n<b>y</b>\n\n![z](https://a.b)\n\n[w](javascript:x)')
  expect(problems.map(({ line, rule }) => `${line} ${rule}`)).toEqual([
    '5 no-title-heading',
    '7 no-expression',
    '9 no-html',
    '11 no-image',
    '13 unsafe-url',
  ])
})

test('the places of a problem are those of the file, with the front matter counted', () => {
  const [problem] = problemsOf('one\n\ntwo {three} four')
  expect(problem).toMatchObject({ line: 7, column: 5, endLine: 7, endColumn: 12 })
})

test('every component of the contract is either built, with an example that says so, or says what to write', () => {
  expect(Object.values(COMPONENTS).some(({ built }) => built)).toBe(true)
  for (const [name, rule] of Object.entries(COMPONENTS)) {
    if (rule.built) expect(rule.example).toContain(`<${name}`)
    else expect(rule.instead.length).toBeGreaterThan(10)
  }
})

test('rules have one name each', () => {
  expect(new Set(RULES).size).toBe(RULES.length)
})

test.each([
  ['https://example.org/a', true],
  ['HTTPS://example.org', true],
  ['mailto:a@b.c', true],
  ['#section', true],
  ['/rfc/x', true],
  ['../v2', true],
  ['x:y', false],
  ['https:example.org', false],
  ['https:///example.org', false],
  ['//example.org', false],
  ['/\\example.org', false],
  ['java\tscript:x', false],
  [' https://x.y', false],
  ['', false],
])('%j is safe: %s', (url, expected) => {
  expect(isSafeUrl(url)).toBe(expected)
})

test('a mail takes for left-over components those of the contract, and no other word in angle brackets', () => {
  expect([...COMPONENT_NAMES].sort()).toEqual(Object.keys(COMPONENTS).sort())
})
