import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { referencesOf } from '#lib/writeup/bundle/references.ts'
import { templateWords } from '#lib/writeup/bundle/template.server.ts'
import { WRITEUP_IDS } from '#lib/writeup/parse/document-id.ts'
import { parseWriteup } from '#lib/writeup/parse/parse.ts'
import { givenWords, judgeWords } from './answer-words.ts'
import { examine } from './examine.ts'
import { gateResult } from './gate-item.ts'
import { gateText } from './gate-text.ts'
import { stampOf } from './stamp.ts'

const content = join(import.meta.dirname, '../../../content')

async function itemsOf(slug: string) {
  const read = await readBundle(join(content, slug, 'v1'), await instanceQuestionnaires())
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const bundle = read.value
  const verdicts = new Map(
    bundle.claims.map(({ id, expect: kind }) => [id, { kind, message: '', isStale: false }] as const),
  )
  return examine({ bundle, verdicts, template: await templateWords() })
}

test('the proposal that ships complete passes, were its claims as claimed', async () => {
  const result = gateResult(await itemsOf('io-uring-futex'), [])
  expect(result).toMatchObject({ passes: true, open: 0, of: 19 })
  expect(gateText(result)).toMatch(
    /^Complete: all 19 questions are answered, and all \d+ claims are as claimed\.\n/,
  )
})

test('the example of 2021 fails on nearly every question, and says where', async () => {
  const items = await itemsOf('futex-requests-2021')
  const result = gateResult(items, [])
  expect(result).toMatchObject({ passes: false, open: 16, of: 19 })
  expect(items.filter(({ isOpen }) => !isOpen).map(({ id }) => id)).toEqual([
    'semantics',
    'contexts',
    'may-sleep',
  ])
  expect(stampOf(items)).toBe('incomplete: 16 of 19 questions unanswered')
  expect(gateText(result)).toContain(
    '\n  problem.mdx:12:1: gain: placeholder. The answer is a placeholder (“TBD”).',
  )
})

test('the template that authors begin with answers nothing', async () => {
  const { answers: template } = await templateWords()
  expect(template).toHaveLength(19)
  for (const writeup of WRITEUP_IDS) {
    const file = `${writeup}.mdx`
    const source = readFileSync(join(content, 'template', file), 'utf8')
    const parsed = parseWriteup({ file, source, writeup })
    if (!parsed.ok) throw new Error(file)
    for (const { text } of referencesOf(parsed.value).answers)
      expect(judgeWords(text, givenWords(template))).toEqual({ state: 'template' })
  }
})
