import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  claimOf,
  goodAnswer,
  type ProposalWish,
  proposalBundle,
  proposalFiles,
} from '#lib/review/gate/samples/proposal-files.ts'
import { type Bundle, parseBundle } from '#lib/writeup/bundle/bundle.ts'
import { NO_TEMPLATE, type TemplateWords } from '#lib/writeup/bundle/new-bundle.ts'
import { parseQuestionnaire, type Questionnaire } from '#lib/writeup/bundle/questionnaire.ts'
import { storedParseOf } from '#lib/writeup/bundle/stored-parse.ts'
import { WRITEUP_IDS } from '#lib/writeup/parse/document-id.ts'
import { type ClaimVerdict, examine } from './examine.ts'
import { type GateItem, gateResult, storedItems, type WeakMark } from './gate-item.ts'
import { stampOf } from './stamp.ts'

const content = join(import.meta.dirname, '../../../content')

function futex(): Questionnaire {
  const file = 'futex@1.yaml'
  const parsed = parseQuestionnaire(
    file,
    readFileSync(join(content, 'questionnaires', file), 'utf8'),
    'futex@1',
  )
  if (!parsed.ok) throw new Error('the questionnaire cannot be read')
  return parsed.value
}
const questionnaire = futex()
const questions = questionnaire.questions

const TEMPLATE: TemplateWords = {
  answers: ['Which contexts submit, wait, wake, complete and cancel? A table with one row each is best.'],
  passages: ['Say in three sentences what is proposed.'],
  cover: {
    title: 'Title of the proposal',
    area: 'subsystem',
    authors: ['Your Name <you@example.org>'],
    to: ['the-list@lists.example'],
  },
}

function verdictsOf(bundle: Pick<Bundle, 'claims'>, isStale = false): Map<string, ClaimVerdict> {
  return new Map(bundle.claims.map(({ id, expect: kind }) => [id, { kind, message: '', isStale }]))
}

function itemsOf(wish: Omit<ProposalWish, 'changeId'>): GateItem[] {
  const bundle = proposalBundle({ changeId: '20261123-test-0a0b0c0d', ...wish }, questionnaire)
  return examine({ bundle, verdicts: verdictsOf(bundle), template: TEMPLATE })
}

const item = (items: readonly GateItem[], id: string) => items.find((one) => one.id === id)
const answered = (id: string, words: string | null) => item(itemsOf({ answers: { [id]: words } }), id)

test('a proposal that answers everything passes, and is not stamped', () => {
  const items = itemsOf({})
  expect(gateResult(items, [])).toMatchObject({ passes: true, open: 0, of: 19, claims: { open: 0, of: 4 } })
  expect(stampOf(items)).toBe('')
})

const BAD: readonly [words: string | null, state: GateItem['state']][] = [
  [null, 'missing'],
  ['***', 'empty'],
  ['## Only a heading that goes on for more than forty characters', 'empty'],
  ['Nobody but the kernel does it.', 'too-short'],
  ['TBD', 'placeholder'],
  ['TODO: say who owns each object and who frees it in the end, with a proof', 'placeholder'],
  ['Each owner frees what it allocated under its own lock. Numbers for large machines: TBD.', 'placeholder'],
  ['To be determined together with the maintainers of the scheduler and of futexes', 'placeholder'],
  ['n/a', 'placeholder'],
  ['N/A to this proposal in every conceivable respect, whatever it may be about', 'placeholder'],
  ['Not applicable.', 'placeholder'],
  ['Not applicable because TBD TBD TBD TBD TBD TBD TBD TBD TBD', 'placeholder'],
  ['Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor', 'placeholder'],
  ['???', 'placeholder'],
  ['…', 'placeholder'],
  ['- - - - - - - - - - - - - - - - - - - - - - - - - - - - -'.replaceAll(' ', ''), 'empty'],
  ['word word word word word word word word word word word word', 'placeholder'],
  ['see above', 'placeholder'],
  [TEMPLATE.answers[0] ?? '', 'template'],
  ['which contexts submit, wait, WAKE, complete and cancel', 'template'],
  [`${TEMPLATE.answers[0]} Yes, a table.`, 'template'],
]
test.each(BAD)('%j is no answer: %s', (words, state) => {
  expect(answered('scope', words)).toMatchObject({ state, isOpen: true, file: 'problem.mdx' })
  expect(gateResult(itemsOf({ answers: { scope: words } }), []).passes).toBe(false)
})

test.each([
  'No limit: every task of the group may wait on any word that it can read and write.',
  'None of the checks is skipped: each wrapper calls the same helper before it queues.',
  'Nothing changes for a plain wait, since the hash bucket and its lock stay what they are.',
  'The TODO file of the tree lists what is left; this proposal leaves out priority inheritance.',
  '待機する側は、ハッシュバケットのロックを取る前に待機者の数を増やし、その後で値を読み直してから眠る。だから起こす側は必ず待機者を見る。',
  '| Context | May sleep |\n| --- | --- |\n| submission | yes, no lock is held |\n| wake | no, under the bucket lock |',
])('%j is an answer', (words) => {
  expect(answered('scope', words)).toMatchObject({ state: 'answered', isOpen: false })
})

test('“Not applicable because …” counts from forty characters on, with a claim needed or not', () => {
  const words = 'Not applicable because no robust list is ever walked by a ring.'
  expect(answered('robust', words)).toMatchObject({ state: 'not-applicable', isOpen: false })
  expect(answered('races', words)).toMatchObject({ state: 'not-applicable', isOpen: false })
  expect(answered('robust', 'N/A because no list is walked here.')).toMatchObject({ isOpen: true })
})

test('an answer in another write-up than its question does not count', () => {
  const words = goodAnswer({ id: 'scope', needsClaim: false })
  const elsewhere = `${words}\n\n</Answer>\n\n<Answer to="robust">\n\n${words.replace('scope', 'robust')}`
  const items = itemsOf({ answers: { scope: elsewhere, robust: null } })
  expect(item(items, 'robust')).toMatchObject({ state: 'misplaced', isOpen: true, file: 'problem.mdx' })
})

test('of an answer in several passages the best one counts, and what it says is all of it', () => {
  const words = goodAnswer({ id: 'scope', needsClaim: false })
  const first = itemsOf({ answers: { scope: `TBD\n\n</Answer>\n\n<Answer to="scope">\n\n${words}` } })
  expect(item(first, 'scope')).toMatchObject({ state: 'answered' })
  expect(item(first, 'scope')?.answerHash).not.toBe(item(itemsOf({}), 'scope')?.answerHash)
})

test('words that are wrapped otherwise are the same answer', () => {
  const words = goodAnswer({ id: 'scope', needsClaim: false })
  const hash = (text: string) => answered('scope', text)?.answerHash
  expect(hash(words.replaceAll(' ', '\n'))).toBe(hash(words))
  expect(hash(`${words} And more.`)).not.toBe(hash(words))
})

const RACES = 'Of races between wake and cancel it is said here which side wins, and why it does.'
test.each<[string, string, GateItem['state']]>([
  ['without a claim', RACES, 'claim-missing'],
  ['with a rejected alternative alone', `${RACES}\n\n${claimOf('races', 'violated')}`, 'claim-missing'],
  ['with a claim in it', `${RACES}\n\n${claimOf('races')}`, 'answered'],
  ['with a link to a claim of another answer', `${RACES} Which is [one owner](#b-c-regular).`, 'answered'],
  ['with a link by name', `${RACES} Which is [one owner][own].\n\n[own]: #b-c-regular`, 'answered'],
  ['with a link to something else', `${RACES} As [above](#lifetime-on-storage).`, 'claim-missing'],
])('a question that needs a claim, answered %s', (_what, words, state) => {
  expect(answered('races', words)).toMatchObject({ state })
})

test('a claim that is not as claimed, unfinished, unchecked or stale keeps the gate shut, and its answer open', () => {
  const bundle = proposalBundle({ changeId: '20261123-test-0a0b0c0d' }, questionnaire)
  const look = (verdict: ClaimVerdict | undefined) => {
    const verdicts = verdictsOf(bundle)
    if (verdict) verdicts.set('c-races', verdict)
    else verdicts.delete('c-races')
    const items = examine({ bundle, verdicts, template: TEMPLATE })
    return [
      item(items, 'races')?.state,
      item(items, 'c-races')?.state,
      gateResult(items, []).passes,
      stampOf(items),
    ]
  }
  const stamp = 'incomplete: 1 of 19 questions unanswered, 1 of 4 claims not as claimed'
  const shut = ['claim-not-as-claimed', 'claim-not-as-claimed', false, stamp]
  expect(look({ kind: 'violated', message: 'assertion', isStale: false })).toEqual(shut)
  expect(look({ kind: 'unfinished', message: 'time', isStale: false })).toEqual(shut)
  expect(look(undefined)).toEqual(shut)
  expect(look({ kind: 'holds', message: '', isStale: true })).toEqual([
    'claim-stale',
    'claim-stale',
    false,
    stamp,
  ])
  expect(look({ kind: 'holds', message: '', isStale: false })).toEqual(['answered', 'as-claimed', true, ''])
})

test('a claim that the text does not require is listed and asks for nothing', () => {
  const words = `${goodAnswer({ id: 'scope', needsClaim: false })}\n\n${claimOf('aside', 'violated', 'no')}`
  const bundle = proposalBundle(
    { changeId: '20261123-test-0a0b0c0d', answers: { scope: words } },
    questionnaire,
  )
  const verdicts = verdictsOf(bundle).set('c-aside', { kind: 'holds', message: '', isStale: false })
  const items = examine({ bundle, verdicts, template: TEMPLATE })
  expect(item(items, 'c-aside')).toMatchObject({ state: 'claim-not-as-claimed', isOpen: false })
  expect(gateResult(items, []).passes).toBe(true)
})

test('a write-up that says nothing is open by itself, and each of its questions', () => {
  const items = itemsOf({ silent: ['sys-futex'] })
  expect(items.filter(({ isOpen }) => isOpen).map(({ id }) => id)).toEqual([
    ...['sys-futex', 'regular', 'robust', 'pi-requeue', 'syscall-checks', 'internals'],
  ])
  expect(stampOf(items)).toBe('incomplete: 5 of 19 questions unanswered')
})

test('a reviewer’s mark opens an answer with these words, and no other', () => {
  const items = itemsOf({})
  const mark = (answerHash: string): WeakMark => ({
    ...{ id: 'w', question: 'scope', answerHash, reason: 'It says nothing of waitv.' },
    ...{ by: { id: 'p', name: 'Reva' }, at: '2026-11-23T09:00:00.000Z', revision: 1 },
  })
  const hash = item(items, 'scope')?.answerHash ?? ''
  const weak = gateResult(items, [mark(hash)])
  expect(weak).toMatchObject({ passes: false, open: 1, weak: [{ question: 'scope' }] })
  expect(item(weak.items, 'scope')).toMatchObject({
    state: 'weak',
    why: expect.stringContaining('nothing of waitv'),
  })
  expect(gateResult(items, [mark('0'.repeat(64))])).toMatchObject({ passes: true, weak: [] })
})

test('without questions nothing passes', () => {
  const bundle = proposalBundle({ changeId: '20261123-test-0a0b0c0d' }, questionnaire)
  const none = { ...bundle, questionnaire: { id: 'other@9', title: 'Other', questions: [] }, answers: [] }
  const items = examine({ bundle: none, verdicts: verdictsOf(bundle), template: NO_TEMPLATE })
  expect(gateResult(items, []).passes).toBe(false)
  expect(stampOf(items)).toContain('held to no questionnaire')
})

/** How each question is answered: mostly well, so that a single fault decides. */
const badWords = BAD.map(([words]) => words)
const oneAnswer = fc.oneof(
  { weight: 30, arbitrary: fc.constant('good' as const) },
  { weight: 1, arbitrary: fc.constantFrom(...badWords).map((words) => ({ words })) },
  {
    weight: 1,
    arbitrary: fc.string({ maxLength: 30 }).map((text) => ({ words: text.replace(/[^A-Za-z ]/g, '') })),
  },
)
const oneProposal = fc.record({
  answers: fc.array(oneAnswer, { minLength: questions.length, maxLength: questions.length }),
  failing: fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(3) }),
  silent: fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...WRITEUP_IDS) },
  ),
})

/** A parse is made once; of each generated document its answers are put into that, as parse would have found them. */
const complete = proposalBundle({ changeId: '20261123-test-0a0b0c0d' }, questionnaire)
const words = (text: string) =>
  text
    .replace(/^## .*$/gm, '')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim()

test('of 10,000 generated documents none that is incomplete passes, and every complete one does', {
  timeout: 120_000,
}, () => {
  let passed = 0
  fc.assert(
    fc.property(oneProposal, ({ answers, failing, silent }) => {
      const given = new Map(questions.map(({ id }, at) => [id, answers[at] ?? 'good']))
      const isSilent = (writeup: string) => writeup === silent
      const bundle = {
        ...complete,
        blocks: complete.blocks.filter(({ writeup, kind }) => !isSilent(writeup) || kind === 'heading'),
        answers: complete.answers.flatMap((answer) => {
          const how = given.get(answer.to)
          if (isSilent(answer.writeup) || how === undefined) return []
          if (how === 'good') return [answer]
          return how.words === null ? [] : [{ ...answer, text: words(how.words) }]
        }),
      }
      const verdicts = verdictsOf(complete)
      const failed = complete.claims[failing]
      if (failed) verdicts.set(failed.id, { kind: 'violated', message: 'assertion', isStale: false })
      const result = gateResult(examine({ bundle, verdicts, template: TEMPLATE }), [])
      const isComplete = silent === null && failed === undefined && answers.every((how) => how === 'good')
      if (result.passes) passed += 1
      expect(result.passes).toBe(isComplete)
      expect(result.open).toBeGreaterThanOrEqual(
        questions.filter(({ writeup }, at) => isSilent(writeup) || answers[at] !== 'good').length,
      )
    }),
    { numRuns: 10_000 },
  )
  expect(passed).toBeGreaterThan(1000)
})

test('what is found of files and of their stored parse is the same, and can be stored', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(oneProposal, ({ answers, silent }) => {
      const wish = {
        changeId: '20261123-test-0a0b0c0d',
        answers: Object.fromEntries(
          questions
            .map(({ id }, at) => {
              const how = answers[at]
              return [id, how === undefined || how === 'good' ? undefined : how.words]
            })
            .filter(([, how]) => how !== undefined),
        ),
        silent: silent === null ? [] : [silent],
      }
      const parsed = parseBundle(proposalFiles(wish, questionnaire), [questionnaire])
      if (!parsed.ok) return
      const bundle = parsed.value
      const items = examine({ bundle, verdicts: verdictsOf(bundle), template: TEMPLATE })
      expect(gateResult(items, []).passes).toBe(silent === null && answers.every((how) => how === 'good'))
      expect(storedItems.parse(JSON.parse(JSON.stringify(items)))).toEqual(items)
      expect(storedParseOf(bundle).answers).toEqual(bundle.answers)
    }),
    { numRuns: 100 },
  )
})

test('what is left of the template beside its answers is open, with its place, and closed once it is written', () => {
  const left = itemsOf({ title: 'Title of the proposal', authors: ['Your Name <you@example.org>'] })
  expect(left.filter(({ isOpen }) => isOpen)).toMatchObject([
    { subject: 'write-up', id: 'cover', state: 'template', file: 'cover.mdx', line: 2 },
  ])
  expect(left.find(({ isOpen }) => isOpen)?.why).toContain(
    'the title “Title of the proposal”; the author Your Name <you@example.org>.',
  )
  expect(gateResult(left, [])).toMatchObject({ passes: false, open: 0 })
  expect(stampOf(left)).toBe('incomplete: template text in 1 of 5 documents')
  const said = 'It is said here who does what, when, and under which lock. '
  const beside = itemsOf({
    answers: {
      scope: `${said}\n\n</Answer>\n\nSay in **three** sentences\nwhat is proposed.\n\n<Answer to="scope">\n\n${said}`,
    },
  })
  expect(beside.filter(({ isOpen }) => isOpen)).toMatchObject([
    { subject: 'write-up', id: 'problem', state: 'template' },
  ])
  const twice = itemsOf({
    answers: {
      scope: `${said}\n\n</Answer>\n\nSay in **three** sentences\nwhat is proposed.\n\nSay in three sentences what is proposed.\n\n<Answer to="scope">\n\n${said}`,
    },
  }).filter(({ isOpen }) => isOpen)
  expect(twice).toHaveLength(1)
  expect(twice[0]?.why.match(/the words “Say in three/g), 'all of it is told at once').toHaveLength(2)
  expect(itemsOf({}).every(({ isOpen }) => !isOpen)).toBe(true)
})
