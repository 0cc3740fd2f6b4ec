import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { parseBundle } from './bundle.ts'
import type { BundleFile } from './content-hash.ts'
import { beginProposal, type NewProposal, slugOfTitle, templateWordsOf } from './new-bundle.ts'
import type { Questionnaire } from './questionnaire.ts'
import { readBundleFiles, readQuestionnaires } from './read-bundle.server.ts'

const content = join(import.meta.dirname, '../../../content')
const begun = { date: '2026-12-01T10:00:00Z', hex: '0a1b2c3d' }
let template: readonly BundleFile[] = []
let questionnaires: readonly Questionnaire[] = []

beforeAll(async () => {
  const [files, known] = await Promise.all([
    readBundleFiles(join(content, 'template')),
    readQuestionnaires(join(content, 'questionnaires')),
  ])
  if (!files.ok || !known.ok) throw new Error('the template cannot be read')
  template = files.value
  questionnaires = known.value
})

const SAID: NewProposal = {
  title: 'Waiting: for # “two” words',
  area: 'io_uring',
  authors: ['Ana Author <ana@example.org>', 'Ben: <ben@example.org>'.replace(':', '')],
  to: ['io-uring@vger.kernel.org'],
  questionnaire: 'futex@1',
}
const begin = (change: Partial<NewProposal> = {}) =>
  beginProposal({ ...SAID, ...change }, template, questionnaires, begun)

test('what was said stands in a bundle that parses, and the rest is the template', () => {
  const made = begin()
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  expect(made.value.slug).toBe('waiting-for-two-words')
  const bundle = parseBundle(made.value.files, questionnaires)
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  const { cover, models, answers, claims } = bundle.value
  expect(cover).toMatchObject({
    ...{ title: SAID.title, area: SAID.area, authors: SAID.authors, to: SAID.to, revision: 1 },
    changeId: '20261201-waiting-for-two-words-0a1b2c3d',
    date: begun.date,
  })
  expect(models.map(({ name }) => name)).toEqual(['hand-over'])
  expect(claims.map(({ id }) => id)).toEqual(['no-wake-is-lost'])
  expect(answers.map(({ to }) => to)).toEqual(questionnaires[0]?.questions.map(({ id }) => id))
  expect(made.value.files.filter(({ path }) => path !== 'cover.mdx')).toEqual(
    template.filter(({ path }) => path !== 'cover.mdx'),
  )
})

test('what was not said stays as the template has it, where the gate knows it', () => {
  const made = begin({ area: '', authors: [], to: [' '] })
  const bundle = made.ok ? parseBundle(made.value.files, questionnaires) : null
  const own = parseBundle(template, questionnaires)
  if (!bundle?.ok || !own.ok) throw new Error('it does not parse')
  const { area, authors, to } = own.value.cover
  expect(bundle.value.cover).toMatchObject({ area, authors, to })
  const words = templateWordsOf(own.value)
  expect(words.cover).toMatchObject({ title: 'Title of the proposal' })
  expect(words.answers).toHaveLength(19)
  expect(words.passages).toContain('Name the open points. A reader who finds them here trusts the rest.')
})

test('what cannot be is told for its field, all of it at once', () => {
  const made = begin({ title: ' ', authors: ['Ana, the author'], to: ['a b'], questionnaire: 'futex@9' })
  expect(made).toMatchObject({
    ok: false,
    error: [{ field: 'title' }, { field: 'authors' }, { field: 'to' }, { field: 'questionnaire' }],
  })
  expect(begin({ title: 'x'.repeat(71) })).toMatchObject({ ok: false, error: [{ field: 'title' }] })
  expect(begin({ title: 'two\nlines' })).toMatchObject({ ok: false, error: [{ field: 'title' }] })
})

test('of another questionnaire each question is a prompt in its write-up', () => {
  const other: Questionnaire = {
    id: 'mm@1',
    title: 'Memory',
    questions: [
      { id: 'who-pays', writeup: 'problem', help: 'Who pays for the memory, and when?', needsClaim: false },
      { id: 'reclaim', writeup: 'lifetime', help: 'What happens under reclaim?', needsClaim: true },
    ],
  }
  const made = beginProposal({ ...SAID, questionnaire: 'mm@1' }, template, [other], begun)
  const bundle = made.ok ? parseBundle(made.value.files, [other]) : null
  if (!bundle?.ok) throw new Error(JSON.stringify(bundle))
  expect(bundle.value.answers.map(({ to, text }) => [to, text])).toEqual([
    ['who-pays', 'Who pays for the memory, and when?'],
    ['reclaim', 'What happens under reclaim? Bind the central sentence to a model with a claim.'],
  ])
  expect(bundle.value.claims).toHaveLength(1)
})

test('whatever the title, it makes a slug and a bundle with that title, or is told', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (title) => {
      expect(slugOfTitle(title)).toMatch(/^[a-z0-9][a-z0-9-]{1,79}$/)
      const made = begin({ title })
      if (!made.ok) {
        expect(made.error[0]?.field).toBe('title')
        return
      }
      const bundle = parseBundle(made.value.files, questionnaires)
      if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
      expect(bundle.value.cover.title).toBe(title.trim().normalize('NFC'))
    }),
    { numRuns: 100 },
  )
})
