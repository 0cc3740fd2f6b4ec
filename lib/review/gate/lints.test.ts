import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { proposalFiles } from '#lib/review/gate/samples/proposal-files.ts'
import { parseBundle } from '#lib/writeup/bundle/bundle.ts'
import { parseQuestionnaire } from '#lib/writeup/bundle/questionnaire.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { LINTS } from '#lib/writeup/parse/lint-names.ts'
import { lintsOf } from './lints.ts'

const file = join(import.meta.dirname, '../../../content/questionnaires/futex@1.yaml')
const read = parseQuestionnaire('futex@1.yaml', readFileSync(file, 'utf8'), 'futex@1')
if (!read.ok) throw new Error('the questionnaire cannot be read')
const questionnaire = read.value

function bundleWith(words: string, cover = '') {
  const files = proposalFiles(
    { changeId: '20261123-test-0a0b0c0d', answers: { scope: words } },
    questionnaire,
  )
  const changed = files.map(({ path, bytes }) => {
    const text = new TextDecoder().decode(bytes)
    const made = path === 'cover.mdx' && cover !== '' ? text.replace('models:', `${cover}\nmodels:`) : text
    return { path, bytes: new TextEncoder().encode(made) }
  })
  return parseBundle(changed, [questionnaire])
}

function lints(words: string, cover = '') {
  const bundle = bundleWith(words, cover)
  if (!bundle.ok) throw new Error(bundle.error.map(({ message }) => message).join('\n'))
  return lintsOf(bundle.value).map(({ lint, words: about, override }) => [lint, about, override])
}

const QUOTED = 'we do not want another half baked interface in here'
test.each<[string, readonly (readonly [string, string])[]]>([
  ['A ring wait is faster than a thread that waits.', [['benefit-without-measure', 'faster than']]],
  [
    'It reduces the overhead of each wake considerably.',
    [['benefit-without-measure', 'reduces the overhead']],
  ],
  ['If it returns false a waker was faster, and the cancel goes on.', []],
  ['A ring wait is 19 times faster than a thread that waits.', []],
  ['A ring wait is faster, as [the run](https://example.org/run) shows.', []],
  [`The maintainer’s answer was “${QUOTED}”.`, [['quotation-without-source', `“${QUOTED}”`]]],
  [`The maintainer wrote: “${QUOTED}”.`, []],
  [`It was “${QUOTED}” ([mail](https://example.org/m)).`, []],
  ['What the manual calls a “robust list” is meant.', []],
  [`> ${QUOTED}`, [['quotation-without-source', QUOTED]]],
  [`In [June](https://example.org/m):\n\n> ${QUOTED}`, []],
  [
    'The waker calls `futex_wake()`, and `futex_wake` takes the lock.',
    [['function-without-parens', 'futex_wake']],
  ],
  ['The field `hash_bucket` is read under the lock.', []],
  ['The semantics change with this patch and no other.', [['this-patch', 'this patch']]],
  ['This\npatch changes nothing.', [['this-patch', 'This patch']]],
  ['The limit is TODO of them, of which each task has one.', [['unfinished-mark', 'TODO']]],
  ['```text\nthis patch is faster, TODO\n```', []],
])('%j', (words, expected) => {
  expect(lints(words)).toEqual(expected.map(([lint, about]) => [lint, about, null]))
})

test('each has the place of its words', () => {
  const bundle = bundleWith('One line of an answer,\nand in the second line **this patch** is named.')
  if (!bundle.ok) throw new Error('refused')
  const [lint] = lintsOf(bundle.value)
  const source = bundle.value.documents.find(({ writeup }) => writeup === 'problem')?.source ?? ''
  const line = source.split('\n')[(lint?.line ?? 0) - 1] ?? ''
  expect(lint?.file).toBe('problem.mdx')
  expect(line.slice((lint?.column ?? 0) - 1)).toMatch(/^this patch\*\*/)
})

test('an author who means it so says why in the cover; the warning stays, with the reason', () => {
  const reason = 'It is the title of a talk.'
  const cover = (where: string) => `overrides:\n  - lint: this-patch\n    in: ${where}\n    reason: ${reason}`
  const words = 'The talk “this patch” is named here.'
  expect(lints(words, cover('problem'))).toEqual([['this-patch', 'this patch', reason]])
  expect(lints(words, cover('lifetime'))).toEqual([['this-patch', 'this patch', null]])
})

test.each([
  ['no reason', 'overrides:\n  - lint: this-patch\n    in: problem\n    reason: so'],
  ['no lint', 'overrides:\n  - lint: everything\n    in: problem\n    reason: It is the title of a talk.'],
  ['no document', 'overrides:\n  - lint: this-patch\n    in: readme\n    reason: It is the title of a talk.'],
])('an override with %s is refused with its place', (_what, cover) => {
  expect(bundleWith('words', cover)).toMatchObject({
    ok: false,
    error: [{ file: 'cover.mdx', rule: 'front-matter-field' }],
  })
})

test('each lint is provoked here, and what ships is told of', async () => {
  const own = readFileSync(import.meta.filename, 'utf8')
  for (const lint of LINTS) expect(own).toContain(`['${lint}', `)
  const shipped = await readBundle(
    join(import.meta.dirname, '../../../content/io-uring-futex/v1'),
    await instanceQuestionnaires(),
  )
  if (!shipped.ok) throw new Error('refused')
  expect(
    lintsOf(shipped.value).map(({ lint, file: of, line, words }) => `${of}:${line} ${lint} ${words}`),
  ).toEqual([])
})
