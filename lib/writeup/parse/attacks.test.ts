import { afterAll, expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { bodyOf } from './front-matter.ts'
import { parseWriteup } from './parse.ts'
import type { Rule } from './problem.ts'

/**
 * Each attack is one document, the rule that refuses it, and the place of the problem (line and column of the file,
 * the body begins on line 5). Wherever code could run it would leave a mark in `canary`.
 */
declare global {
  var canary: string[]
}
globalThis.canary = []
const run = "globalThis.canary.push('ran')"

type Attack = readonly [name: string, body: string, rule: Rule, line: number, column: number]

const attacks: readonly Attack[] = [
  ['an import of a module', "import fs from 'node:fs'", 'no-esm', 5, 1],
  ['an import of a local file', "import p from '../package.json'\n\nhi", 'no-esm', 5, 1],
  ['an import for its side effect', "hi\n\nimport 'node:child_process'", 'no-esm', 7, 1],
  ['an exported constant', `export const x = ${run}`, 'no-esm', 5, 1],
  ['an exported layout', `export default ({children}) => { ${run}; return children }`, 'no-esm', 5, 1],
  ['an import that does not parse', 'import {', 'no-esm', 5, 1],
  ['an expression on its own', `{${run}}`, 'no-expression', 5, 1],
  ['an expression in text', `hello {${run}} there`, 'no-expression', 5, 7],
  ['an expression in a heading', `## hello {${run}}`, 'no-expression', 5, 10],
  ['an expression in a table cell', `| a |\n|---|\n| {${run}} |`, 'no-expression', 7, 3],
  ['an expression in a link', `[x {${run}} y](https://a.b)`, 'no-expression', 5, 4],
  ['an expression in emphasis', `*a {${run}}*`, 'no-expression', 5, 4],
  ['an expression in a footnote', `a[^1]\n\n[^1]: {${run}}`, 'no-expression', 7, 7],
  ['an expression in a list', `- a\n  - {${run}}`, 'no-expression', 6, 5],
  ['an expression in a quote', `> {${run}}`, 'no-expression', 5, 3],
  ['an expression in a component', `<Note>\n{${run}}\n</Note>`, 'no-expression', 6, 1],
  ['an expression over several lines', `{\n${run}\n}`, 'no-expression', 5, 1],
  ['a dynamic import', "{import('node:child_process')}", 'no-expression', 5, 1],
  ['a template literal', `{\`\${${run}}\`}`, 'no-expression', 5, 1],
  ['code between two comments', `{/* a */ ${run} /* b */}`, 'no-expression', 5, 1],
  ['code behind a comment', `{/* a */}{${run}}`, 'no-expression', 5, 10],
  ['an expression that does not parse', '{a b c}', 'no-expression', 5, 1],
  [
    'an expression as an attribute',
    `<Details summary={${run}}>x</Details>`,
    'no-attribute-expression',
    5,
    10,
  ],
  ['a template as an attribute', '<Details summary={`x`}>x</Details>', 'no-attribute-expression', 5, 10],
  ['JSX as an attribute', `<Details summary={<b>{${run}}</b>}>x</Details>`, 'no-attribute-expression', 5, 10],
  ['spread attributes', `<Note {...${run}}>x</Note>`, 'no-spread', 5, 7],
  ['spread attributes of an unknown tag', `<Evil {...{a: ${run}}} />`, 'no-spread', 5, 7],
  ['an unknown component', '<Evil />', 'unknown-component', 5, 1],
  ['a component of ours that only the page may use', '<Diagram source="x" />', 'unknown-component', 5, 1],
  ['a member expression as a tag', '<React.Fragment>x</React.Fragment>', 'unknown-component', 5, 1],
  ['a namespace as a tag', '<svg:script>x</svg:script>', 'unknown-component', 5, 1],
  ['the name of an inherited property', '<constructor>x</constructor>', 'no-html', 5, 1],
  ['the prototype as a tag', '<__proto__>x</__proto__>', 'unknown-component', 5, 1],
  ['a fragment', '<>x</>', 'no-fragment', 5, 1],
  ['a script', '<script>alert(1)</script>', 'no-html', 5, 1],
  ['an image with a handler', '<img src="x" onerror="alert(1)" />', 'no-html', 5, 1],
  ['a frame with a document', '<iframe srcdoc="x"></iframe>', 'no-html', 5, 1],
  ['a style', '<style>x</style>', 'no-html', 5, 1],
  ['a harmless tag', 'a <b>bold</b> word', 'no-html', 5, 3],
  ['an address that runs in angle brackets', '<javascript:alert(1)>', 'unsafe-url', 5, 1],
  ['code behind a comment of HTML', `<!-- a -->{${run}}`, 'no-expression', 5, 11],
  ['a script behind a comment', '<!-- a --><script>x</script>', 'no-html', 5, 11],
  ['a handler on a component', '<Note onClick="alert(1)">x</Note>', 'unknown-attribute', 5, 7],
  ['raw HTML through React', '<Note dangerouslySetInnerHTML="x">x</Note>', 'unknown-attribute', 5, 7],
  [
    'the block key of another block',
    '<Details summary="s" blockKey="x">x</Details>',
    'unknown-attribute',
    5,
    22,
  ],
  ['a style attribute', '<Note style="x">x</Note>', 'unknown-attribute', 5, 7],
  ['a ref', '<Note ref="x">x</Note>', 'unknown-attribute', 5, 7],
  ['an inherited property as an attribute', '<Note constructor="x">x</Note>', 'unknown-attribute', 5, 7],
  ['a javascript: link', '[x](javascript:alert(1))', 'unsafe-url', 5, 1],
  ['an entity in the scheme', '[x](JaVaScRiPt&colon;alert(1))', 'unsafe-url', 5, 1],
  ['a tab in the scheme', '[x](java&Tab;script:alert(1))', 'unsafe-url', 5, 1],
  ['a line end in the scheme', '[x](java&NewLine;script:alert(1))', 'unsafe-url', 5, 1],
  ['a control character before the scheme', '[x](&#1;javascript:alert(1))', 'unsafe-url', 5, 1],
  ['an invisible space in the scheme', '[x](java&#x200b;script:alert(1))', 'unsafe-url', 5, 1],
  ['a javascript: definition', '[x][r]\n\n[r]: javascript:alert(1)', 'unsafe-url', 7, 1],
  ['a vbscript: link', '[x](vbscript:msgbox)', 'unsafe-url', 5, 1],
  ['a data: link', '[x](data:text/html;base64,PHNjcmlwdD4=)', 'unsafe-url', 5, 1],
  ['a file: link', '[x](file:///etc/passwd)', 'unsafe-url', 5, 1],
  ['a blob: link', '[x](blob:https://a.b/c)', 'unsafe-url', 5, 1],
  ['a link to another host without a scheme', '[x](//evil.example/)', 'unsafe-url', 5, 1],
  ['a backslash that browsers read as a slash', '[x](/\\\\evil.example/)', 'unsafe-url', 5, 1],
  ['an image of another host', '![x](https://a.b/pixel.gif)', 'no-image', 5, 1],
  ['an image with a document in it', '![x](data:text/html;base64,PHNjcmlwdD4=)', 'no-image', 5, 1],
  ['an image by reference', '![x][r]\n\n[r]: https://a.b/c.png', 'no-image', 5, 1],
  ['configuration in a diagram', '```mermaid\n%%{init: {"themeCSS": "x"}}%%\ngraph TD\n```', 'diagram', 6, 1],
  ['front matter in a diagram', '```mermaid\n---\nconfig: {}\n---\ngraph TD\n```', 'diagram', 6, 1],
  ['a link in a diagram', '```mermaid\ngraph TD\n  A --> B\n  click A "https://a.b"\n```', 'diagram', 8, 3],
  ['a picture in a diagram', '```mermaid\ngraph TD\n  A@{ img: "https://a.b" }\n```', 'diagram', 7, 4],
  ['text that reads in another order', 'a \u202e b', 'control-character', 5, 3],
  ['the same as a character reference', 'a &#x202e; b', 'control-character', 5, 1],
  [
    'an invisible character in an attribute',
    '<Details summary="a&#x200b;b">x</Details>',
    'control-character',
    5,
    10,
  ],
  ['an escape sequence', 'a \u001b[31m b', 'control-character', 5, 3],
  ['a component that is not closed', '<Note>', 'syntax', 5, 1],
  ['a brace that is not closed', 'a { b', 'syntax', 5, 3],
]

test.each(attacks)('%s is refused with its place', (_, body, rule, line, column) => {
  const parsed = parseWriteup({
    file: 'problem.mdx',
    writeup: 'problem',
    source: `---\ntitle: x\n---\n\n${body}\n`,
  })
  const problems = parsed.ok ? [] : parsed.error
  expect(problems).toContainEqual(expect.objectContaining({ file: 'problem.mdx', rule, line, column }))
})

const frontMatters: readonly (readonly [name: string, source: string, line: number])[] = [
  ['a JavaScript engine', `---js\n{ title: (${run}, 1) }\n---\n\nhi`, 1],
  ['its long name', `---javascript\n{ title: (${run}, 1) }\n---\n\nhi`, 1],
  ['a CoffeeScript engine', '---coffee\ntitle: 1\n---\n\nhi', 1],
  ['another engine', '---toml\ntitle = 1\n---\n', 1],
  ['a function as a tag', `---\ntitle: !!js/function 'function(){${run}}'\n---\n`, 2],
  ['aliases that multiply', '---\na: &a [x,x]\nb: [*a,*a]\ntitle: x\n---\n', 3],
  ['a prototype', '---\ntitle: x\n__proto__:\n  polluted: yes\n---\n', 1],
  ['a merge', '---\ntitle: x\n<<: {a: 1}\n---\n', 1],
  ['the same key twice', '---\ntitle: x\ntitle: y\n---\n', 3],
  ['a list', '---\n- title\n---\n', 2],
  ['no end', '---\ntitle: x\n', 1],
  ['nothing', 'hello', 1],
]

test.each(frontMatters)('front matter with %s is refused with its line', (_, source, line) => {
  const parsed = parseWriteup({ file: 'problem.mdx', writeup: 'problem', source })
  const problems = parsed.ok ? [] : parsed.error
  expect(problems).toContainEqual(expect.objectContaining({ rule: 'front-matter', line }))
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
})

test('a second block of front matter is text', () => {
  const parsed = parseWriteup({
    file: 'problem.mdx',
    writeup: 'problem',
    source: `---\ntitle: x\n---\n\n---js\n( ${run} )\n---\n`,
  })
  expect(parsed.ok && parsed.value.title).toBe('x')
})

const paragraphs = (line: string, times: number) => `${line}\n\n`.repeat(times)
const lines = (line: string, times: number) => `${line}\n`.repeat(times)

/** Inputs that cost parsers stack or quadratic time, just under the limits of size and far over. */
const hostile: readonly (readonly [name: string, body: string])[] = [
  ['3,000 quotes in a line', '>'.repeat(3000)],
  ['half a megabyte of quotes', '>'.repeat(500_000)],
  ['20,000 brackets', '['.repeat(20_000)],
  ['50,000 openings of emphasis', '*a '.repeat(50_000)],
  ['500 components in each other', lines('<Note>', 500) + lines('</Note>', 500)],
  ['2,400 components in each other', paragraphs('<Note>', 1200) + paragraphs('</Note>', 1200)],
  ['200,000 list markers', '- '.repeat(200_000)],
  [
    'lists nested by indentation',
    Array.from({ length: 500 }, (_, at) => `${' '.repeat(2 * at)}- a`).join('\n'),
  ],
  ['paragraphs of brackets', paragraphs('['.repeat(2900), 8)],
  ['paragraphs of links that never close', paragraphs('[a]('.repeat(1400), 8)],
  ['strong in strong', paragraphs('*'.repeat(1400) + 'a'.padEnd(1401, '*'), 8)],
  ['quotes that go on lazily', `> a\n${lines('a', 4900)}`],
  ['lists that go on lazily', `- a\n${lines('a', 4900)}`],
  ['deep quotes on each line', lines(`${'> '.repeat(19)}a`, 4900)],
  ['a wide table', lines('|a'.repeat(900), 1) + lines('|-'.repeat(900), 1) + lines('|b'.repeat(900), 1)],
  ['thousands of footnotes', paragraphs('[^a]', 1200) + paragraphs('[^a]: b', 1200)],
  ['addresses', lines('http://a.b/ '.repeat(800), 50)],
  ['comments that never end', paragraphs('<!-- ab '.repeat(800), 24)],
  ['comments that end far down', `${paragraphs('<!-- ab '.repeat(800), 24)}-->`],
  ['addresses that could be names', paragraphs('<a:b> cd '.repeat(800), 24)],
  ['comments of MDX that never end', paragraphs('{/* a '.repeat(900), 8)],
  ['tags with braces that never close', paragraphs('<a b={ '.repeat(1400), 8)],
  ['tags that close nothing', paragraphs('<a>'.repeat(1400), 4) + paragraphs('</b>'.repeat(1400), 4)],
  ['formulas without end', lines('$$a$$ $x$ '.repeat(900), 50)],
  ['code that is set in, far from a tag', paragraphs('    x', 2400)],
  ['references that nothing defines', paragraphs('[aa bb][cc dd] '.repeat(600), 8) + lines('[dd]: e', 400)],
  ['backticks of many lengths', paragraphs(Array.from({ length: 70 }, (_, i) => '`'.repeat(i)).join(' '), 8)],
  ['YAML in YAML', `${'['.repeat(8000)}`],
]

// As large as a file may be: 40,000 addresses are read in some 3 s, 20,000 in half of it.
test.each(hostile)('%s takes less than five seconds and does not throw', (name, body) => {
  const source = name.includes('YAML') ? `---\ntitle: ${body}\n---\n` : `---\ntitle: x\n---\n\n${body}`
  const start = cpuMs()
  parseWriteup({ file: 'problem.mdx', writeup: 'problem', source })
  expect(cpuMs() - start).toBeLessThan(msHere(5000))
})

// 1.4 s where each looked for its end through the rest of the file.
test('braces that never close cost no more than the words beside them', () => {
  const source = `---\ntitle: x\n---\n\n${paragraphs('{a b c '.repeat(400), 24)}`
  const start = cpuMs()
  parseWriteup({ file: 'problem.mdx', writeup: 'problem', source })
  expect(cpuMs() - start).toBeLessThan(msHere(900))
})

test('what may be the end of front matter is looked for from the beginning alone', () => {
  const start = cpuMs()
  expect(bodyOf(`x\n${lines('---x', 80_000)}`)).toMatch(/^x/)
  expect(cpuMs() - start).toBeLessThan(msHere(500))
})

test.each([
  ['too many bytes', 'a\n'.repeat(300_000), 'too-large'],
  ['too many lines', 'a\n'.repeat(6000), 'too-large'],
  ['a line without end', 'a'.repeat(20_000), 'too-large'],
  ['too deep a nest', lines('<Note>', 60) + lines('</Note>', 60), 'too-deep'],
])('%s is a problem', (_, body, rule) => {
  const parsed = parseWriteup({
    file: 'problem.mdx',
    writeup: 'problem',
    source: `---\ntitle: x\n---\n\n${body}`,
  })
  expect(parsed.ok ? [] : parsed.error.map((problem) => problem.rule)).toContain(rule)
})

afterAll(() => {
  expect(globalThis.canary).toEqual([])
})
