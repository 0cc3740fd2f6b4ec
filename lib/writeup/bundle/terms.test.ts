import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { parseBundle } from './bundle.ts'
import { sampleFiles, sampleQuestionnaire } from './samples/bundle.ts'
import { readStoredParse, storedParseOf } from './stored-parse.ts'
import { readTerms } from './terms.ts'

const TEXT = (words: string) => `---\ntitle: Integration\n---\n\n${words}\n`

function problemsOf(terms: string | null, words = 'Contexts.') {
  const files = sampleFiles({ 'data/terms.yaml': terms, 'integration.mdx': TEXT(words) })
  const parsed = parseBundle(files, [sampleQuestionnaire])
  return parsed.ok ? [] : parsed.error.map((one) => `${one.file}:${one.line}:${one.column} ${one.message}`)
}

test('a word is explained once for the bundle, and stored with what was parsed', () => {
  const files = sampleFiles({
    'data/terms.yaml':
      'hb->lock: the spin lock of  a bucket\nfutex_q: >-\n  what a waiter puts\n  into its chain\n',
    'integration.mdx': TEXT('The <Term of="futex_q">entry</Term>, the <Term of="hb->lock">lock</Term>.'),
  })
  const bundle = parseBundle(files, [sampleQuestionnaire])
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  const terms = [
    { name: 'hb->lock', says: 'the spin lock of a bucket' },
    { name: 'futex_q', says: 'what a waiter puts into its chain' },
  ]
  expect(bundle.value.terms).toEqual(terms)
  expect(bundle.value.text).toContain('The entry, the lock.')
  expect(bundle.value.text).not.toContain('spin lock of a bucket')
  const row = JSON.parse(JSON.stringify(storedParseOf(bundle.value)))
  const read = readStoredParse(row, { ...bundle.value })
  expect(read).toEqual(expect.objectContaining({ ok: true, value: expect.objectContaining({ terms }) }))
  if (read.ok) expect(storedParseOf(read.value)).toEqual(storedParseOf(bundle.value))
})

test('a revision that explains no word is stored as it always was', () => {
  const bundle = parseBundle(sampleFiles(), [sampleQuestionnaire])
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  expect(Object.keys(storedParseOf(bundle.value))).not.toContain('terms')
})

test('a term that nothing explains is told at its place, with the nearest one', () => {
  const words = 'A <Term of="futexq">word</Term>,\nand <Term of="SQPOLL">another</Term>.'
  expect(problemsOf('futex_q: an entry\n', words)).toEqual([
    'integration.mdx:5:3 `data/terms.yaml` explains no `futexq`: did you mean `futex_q`?',
    'integration.mdx:6:5 `data/terms.yaml` explains no `SQPOLL`: explain it there: `SQPOLL: …`.',
  ])
  expect(problemsOf(null, 'A <Term of="x">word</Term>.')[0]).toContain('explains no `x`')
})

test('a term that no text uses is told on its line, but not while a text cannot be read', () => {
  const [problem, ...others] = problemsOf('used: one\nnever: two\n', 'A <Term of="used">word</Term>.')
  expect(problem).toContain('data/terms.yaml:2:1 No text uses the term `never`')
  expect(others).toEqual([])
  expect(problemsOf('never: two\n', 'A {word}.').join()).not.toContain('never')
})

test.each([
  ['a list', '- a\n', 'mapping'],
  ['an alias', 'a: &x one\nb: *x\n', 'alias'],
  ['a tag that runs', 'a: !!js/function "() => 1"\n', 'tag'],
  ['a second document', 'a: b\n---\nc: d\n', 'YAML'],
  ['a term that is there twice', 'a: b\na: c\n', 'unique'],
  ['a term of the language', '__proto__: x\n', '__proto__'],
  ['an explanation with parts', 'a: {b: c}\n', 'one line of text'],
  ['a number', 'a: .nan\n', 'one line of text'],
  ['an explanation that is empty', 'a: ""\n', 'one line of text'],
  ['an explanation without an end', `a: ${'word '.repeat(100)}\n`, 'at most 400'],
  ['a term without an end', `${'a'.repeat(61)}: x\n`, 'at most 60'],
  ['an override of the direction', 'a: "b \\u202e c"\n', 'U+202E'],
  ['a control character in a name', '"a\\u0007": b\n', 'U+0007'],
  ['a file without an end', `a: ${'x'.repeat(70_000)}\n`, '64 KB'],
  ['thousands of terms', Array.from({ length: 301 }, (_, n) => `a${n}: b`).join('\n'), 'at most 300'],
  ['a nest', `a: ${'['.repeat(20_000)}`, 'YAML'],
])('%s is an error of the file, with its place', (_, source, hint) => {
  const { problems } = readTerms(source)
  expect(problems.map(({ message }) => message).join('\n')).toContain(hint)
  for (const { file, line } of problems) expect([file, line > 0]).toEqual(['data/terms.yaml', true])
})

test('markup in an explanation is text', () => {
  expect(readTerms('a: <script>x</script> {y}\n').terms[0]?.says).toBe('<script>x</script> {y}')
})

test('thousands of unknown terms cost no more than they are', () => {
  const names = Array.from({ length: 300 }, (_, n) => `${'a'.repeat(55)}${n}`)
  const words = Array.from({ length: 3_000 }, (_, n) => `<Term of="${'b'.repeat(55)}${n}">w</Term>`).join(
    '\n\n',
  )
  const before = cpuMs()
  expect(problemsOf(names.map((name) => `${name}: b`).join('\n'), words).length).toBeLessThanOrEqual(1000)
  expect(cpuMs() - before).toBeLessThan(msHere(5_000))
})
