import { expect, test } from 'vitest'
import { cpuMs, msHere } from '../../../scripts/cpu-time.mjs'
import { parseBundle } from './bundle.ts'
import { readEvidence } from './evidence.ts'
import { sampleFiles, sampleQuestionnaire } from './samples/bundle.ts'
import { readStoredParse, storedParseOf } from './stored-parse.ts'

const file = (scenarios: unknown, common: Record<string, unknown> = {}) =>
  JSON.stringify({ how: 'run', where: 'Linux 6.18.44', source: 'a.c', scenarios, ...common }, null, 1)

const wake = {
  title: 'A wake before a wait',
  did: ['main: futex_wake(A, 1) = 0'],
  expected: { woken: 0, cqe: '-EAGAIN' },
  seen: { woken: 12345.5, cqe: '-EAGAIN', late: true },
  runs: 20,
  differing: 20,
}

const textOf = (words: string) => `---\ntitle: Integration\n---\n\n${words}\n`
const parsed = (words: string, files: Record<string, string>) =>
  parseBundle(sampleFiles({ 'integration.mdx': textOf(words), ...files }), [sampleQuestionnaire])

test('a run is read, shown where the text has it or names it, and stored with what was parsed', () => {
  const bundle = parsed('<Evidence id="seen" scenario="wake-01" />\n\nAnd `wake-02`; not `wake-04`.', {
    'evidence/wakes.json': file({ 'wake-01': wake, 'wake-02': wake, 'wake-03': wake }),
  })
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  expect(bundle.value.runs.map(({ name }) => name)).toEqual(['wake-01', 'wake-02'])
  expect(bundle.value.runs[0]).toEqual({
    ...{
      name: 'wake-01',
      how: 'run',
      title: wake.title,
      where: 'Linux 6.18.44',
      source: 'a.c',
      did: wake.did,
    },
    expected: [
      { name: 'woken', value: '0' },
      { name: 'cqe', value: '-EAGAIN' },
    ],
    seen: [
      { name: 'woken', value: '12,345.5' },
      { name: 'cqe', value: '-EAGAIN' },
      { name: 'late', value: 'true' },
    ],
    ...{ runs: 20, differing: 20 },
  })
  expect(bundle.value.blocks.find(({ key }) => key === 'seen')).toMatchObject({
    kind: 'evidence',
    text: 'wake-01',
  })
  const row = JSON.parse(JSON.stringify(storedParseOf(bundle.value)))
  const read = readStoredParse(row, { ...bundle.value })
  if (!read.ok) throw new Error(read.error)
  expect(read.value.runs).toEqual(bundle.value.runs)
  expect(read.value.documents).toHaveLength(5)
  expect(storedParseOf(read.value)).toEqual(storedParseOf(bundle.value))
})

test('a scenario that no file records is told at its place, with the nearest one', () => {
  const bundle = parsed('<Evidence id="seen" scenario="wake-1" />', {
    'evidence/wakes.json': file({ 'wake-01': wake, 'cancel-01': wake }),
  })
  expect(bundle.ok ? [] : bundle.error.map((one) => `${one.line}:${one.column} ${one.message}`)).toEqual([
    '5:1 No file of `evidence/` records the scenario `wake-1`: did you mean `wake-01`?',
  ])
})

test('programs may lie beside what they recorded', () => {
  expect(readEvidence(new Map([['evidence/wakes.c', 'int main(void) { return 0; }']]))).toEqual({
    runs: new Map(),
    problems: [],
  })
})

test('what was run, read and inferred is told apart, and only the first has runs', () => {
  const { runs: _, differing: __, ...unrun } = wake
  const read = readEvidence(new Map([['evidence/a.json', file({ 'read-01': unrun }, { how: 'read' })]]))
  expect(read.problems).toEqual([])
  expect(read.runs.get('read-01')).toMatchObject({ how: 'read', runs: null })
  const claimed = readEvidence(new Map([['evidence/a.json', file({ 'read-01': wake }, { how: 'inferred' })]]))
  expect(claimed.problems[0]?.message).toBe('`read-01`: what was inferred has no `runs`.')
})

const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
test.each<[string, string, string, number]>([
  ['no JSON', '{\n "how": run }', 'is no value of JSON', 2],
  ['a number that is none', '{"how": NaN}', '`NaN}` is no value', 1],
  ['a number beyond bounds', '{\n\n"how": 1e999}', 'beyond all bounds', 3],
  ['a nest', `{"how":\n${deep}}`, 'Nested more than 12', 2],
  ['a key that is there twice', '{"how": "run",\n"how": "read"}', 'there twice', 2],
  ['a name of the language', '{"__proto__": {}}', '__proto__', 1],
  ['a comma too many', '{"how": "run",\n}', 'behind the last', 2],
  ['text without an end', '{"how": "run', 'not closed', 1],
  ['an escape that is none', '{"how": "\\x"}', 'escape', 1],
  ['a second value', '{}\n{}', 'goes on behind its end', 2],
  ['an override of the direction', '{"where":\n "a\\u202eb"}', 'U+202E', 2],
  ['a control character', '{"where": "a\\u0000b"}', 'U+0000', 1],
  ['a list', '[]', 'write `how`', 1],
  ['another word', file({}, { how: 'measured' }), '`how`: write "run", "read" or "inferred"', 2],
  [
    'a field that nobody knows',
    file({ 'a-1': { ...wake, script: 'x' } }),
    '`scenarios.a-1.script`: is not',
    22,
  ],
  ['a name with signs', file({ '<script>': wake }), 'lower case words', 6],
  ['a run without a count', file({ 'a-1': { ...wake, runs: undefined } }), 'needs `runs`', 6],
  ['half a run', file({ 'a-1': { ...wake, runs: 0.5 } }), 'how often', 20],
  ['more that differ than were run', file({ 'a-1': { ...wake, differing: 21 } }), 'more than its 20', 6],
  ['steps without an end', file({ 'a-1': { ...wake, did: Array(41).fill('x') } }), 'at most 40 steps', 8],
  ['two lines in one', file({ 'a-1': { ...wake, title: 'a\nb' } }), 'one line', 7],
  ['a value with parts', file({ 'a-1': { ...wake, seen: { a: { b: 1 } } } }), 'write text, a number', 16],
  ['a file without an end', file({ 'a-1': wake }) + ' '.repeat(600_000), '512 KB', 1],
  [
    'thousands of runs',
    file(Object.fromEntries(Array.from({ length: 301 }, (_, n) => [`a-${n}`, wake]))),
    'at most 300',
    5106,
  ],
])('%s is an error of the file, with its place', (_, source, hint, line) => {
  const before = cpuMs()
  const { problems } = readEvidence(new Map([['evidence/a.json', source]]))
  expect(problems.map(({ message }) => message).join('\n')).toContain(hint)
  expect(problems.find(({ message }) => message.includes(hint))).toMatchObject({
    file: 'evidence/a.json',
    line,
  })
  expect(cpuMs() - before).toBeLessThan(msHere(2_000))
})

test('a name is there once in all files', () => {
  const { problems } = readEvidence(
    new Map([
      ['evidence/a.json', file({ 'a-1': wake })],
      ['evidence/b.json', file({ 'a-1': wake })],
    ]),
  )
  expect(problems.map(({ file: path, message }) => `${path} ${message}`)).toEqual([
    'evidence/b.json `a-1`: the name is there already: choose another.',
  ])
})
