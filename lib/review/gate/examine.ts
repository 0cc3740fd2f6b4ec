/**
 * The gate, as a pure function: from what was parsed of a revision and what the checker said of its claims, to a list of
 * what is answered and what is not.
 *
 * A revision passes when every question of its questionnaire is answered in the write-up it belongs to, every answer that
 * needs a claim has one that holds, every required claim is as claimed, no write-up is without text, and nothing is left of
 * the template's words (from version 2 on). Nothing else is looked at here; in particular nobody's opinion (*weak* comes on
 * top, `gate-item.ts`).
 */
import { createHash } from 'node:crypto'
import type { Nodes } from 'mdast'
import type { Bundle, BundleClaim } from '#lib/writeup/bundle/bundle.ts'
import type { TemplateWords } from '#lib/writeup/bundle/new-bundle.ts'
import type { Question } from '#lib/writeup/bundle/questionnaire.ts'
import type { AnswerReference } from '#lib/writeup/bundle/references.ts'
import { type DocumentId, WRITEUP_IDS, type WriteupId } from '#lib/writeup/parse/document-id.ts'
import { type Place, placeOf } from '#lib/writeup/parse/problem.ts'
import { givenWords, judgeWords, LEAST_CHARACTERS, visible, type WordsVerdict } from './answer-words.ts'
import type { GateItem, GateState } from './gate-item.ts'

/** Raise it when something is asked that was not asked before: it is kept with what was found. */
export const GATE_VERSION = 2

export type ClaimVerdict = {
  readonly kind: 'holds' | 'violated' | 'unfinished'
  /** What the checker said of a violation, or the bound that was hit; empty: nothing. */
  readonly message: string
  /** It was found of another model than the one that is here. */
  readonly isStale: boolean
}

export type GateInput = {
  readonly bundle: Pick<Bundle, 'cover' | 'questionnaire' | 'documents' | 'blocks' | 'answers' | 'claims'>
  /** By claim id; a claim without one was not checked. */
  readonly verdicts: ReadonlyMap<string, ClaimVerdict>
  /** What authors begin with. */
  readonly template: TemplateWords
}

/** In the order of the document: of each write-up its questions, then the claims in it. */
export function examine({ bundle, verdicts, template }: GateInput): GateItem[] {
  const { questionnaire } = bundle
  const given = givenTo(questionnaire.questions, template.answers)
  const links = linksOf(bundle)
  const found = new Map<string, AnswerReference[]>()
  for (const answer of bundle.answers) found.set(answer.to, [...(found.get(answer.to) ?? []), answer])
  const context: Context = { bundle, verdicts, given, links, blockAt: blocksByPlace(bundle) }

  const items: GateItem[] = []
  if (questionnaire.questions.length === 0) items.push(withoutQuestions(bundle))
  const claims = listed(bundle.claims.map((claim) => claimItem(claim, context)))
  const begun = beginnings(bundle, template)
  items.push(...begun('cover'), ...claims.filter(({ writeup }) => writeup === 'cover'))
  for (const writeup of WRITEUP_IDS) {
    if (!hasText(bundle, writeup)) items.push(withoutText(writeup, context))
    for (const question of questionnaire.questions) {
      if (question.writeup === writeup)
        items.push(questionItem(question, found.get(question.id) ?? [], context))
    }
    items.push(...begun(writeup))
    items.push(...claims.filter((item) => item.writeup === writeup))
  }
  return items
}

function listed(claims: readonly GateItem[]): readonly GateItem[] {
  if (claims.length <= MOST_CLAIMS) return claims
  const most = new Set([...claims].sort((a, b) => Number(b.isOpen) - Number(a.isOpen)).slice(0, MOST_CLAIMS))
  return claims.filter((item) => most.has(item))
}

/** Of the newest template and questions: the same for proposal after proposal. */
const given = new WeakMap<readonly Question[], { template: readonly string[]; words: readonly string[] }>()

function givenTo(questions: readonly Question[], template: readonly string[]): readonly string[] {
  const known = given.get(questions)
  if (known?.template === template) return known.words
  const words = givenWords([...template, ...questions.map(({ help }) => help)])
  given.set(questions, { template, words })
  return words
}

type Context = Pick<GateInput, 'bundle' | 'verdicts'> & {
  readonly given: readonly string[]
  readonly links: readonly Link[]
  readonly blockAt: (file: string, from: number, to: number) => string | null
}

type Link = { readonly file: string; readonly place: Place; readonly fragment: string }

/** Passages that one question's answer may be spread over; of more the first are judged. */
const MOST_PASSAGES = 20
/** Claims in the list; those that are open come before others. A revision of more is a machine's. */
const MOST_CLAIMS = 2_000
/** Of a claim's sentence. */
const MOST_ASKED = 1_000

const sha256 = (words: string) => createHash('sha256').update(words, 'utf8').digest('hex')

/** Between the blocks' own texts: what no collapsed text holds. */
const BETWEEN = '\n'

function questionItem(question: Question, answers: readonly AnswerReference[], context: Context): GateItem {
  const { blockAt } = context
  const file = `${question.writeup}.mdx`
  const base = {
    subject: 'question',
    id: question.id,
    writeup: question.writeup,
    asks: question.help,
  } as const
  const own = answers.filter(({ writeup }) => writeup === question.writeup).slice(0, MOST_PASSAGES)
  const [first] = answers
  if (!first) {
    const why = `Nothing in ${file} answers it: write the answer between <Answer to="${question.id}"> and </Answer>.`
    return { ...base, ...beginning(question.writeup, context), ...opened('missing', why), answerHash: null }
  }
  const answerHash = sha256(answers.map(({ text }) => visible(text)).join(BETWEEN))
  if (own.length === 0) {
    const why = `The answer stands in ${first.file}; the question belongs to ${file}. Move it there.`
    return { ...base, ...placed(first, blockAt), ...opened('misplaced', why), answerHash }
  }
  // An answer may be given in several passages: the best of them counts, else what is wrong with the first.
  const judged = own.map((answer) => ({ answer, ...judgeAnswer(question, answer, context) }))
  const best = judged.find(({ isOpen }) => !isOpen) ?? judged[0]
  if (!best) return { ...base, ...beginning(question.writeup, context), ...opened('missing', ''), answerHash }
  const { answer, state, isOpen, why } = best
  return { ...base, ...placed(answer, blockAt), state, isOpen, why, answerHash }
}

type Judged = { readonly state: GateState; readonly isOpen: boolean; readonly why: string }
const opened = (state: GateState, why: string): Judged => ({ state, isOpen: true, why })
const closed = (state: GateState, why: string): Judged => ({ state, isOpen: false, why })

function judgeAnswer(question: Question, answer: AnswerReference, context: Context): Judged {
  const verdict = judgeWords(wordsOf(answer, context), context.given)
  if (verdict.state === 'not-applicable')
    return closed('not-applicable', 'The answer says that the question does not apply, and why.')
  if (verdict.state !== 'answered') return opened(verdict.state, whyOpen(verdict))
  return question.needsClaim ? judgeClaims(answer, context) : closed('answered', '')
}

function whyOpen(verdict: Exclude<WordsVerdict, { state: 'answered' | 'not-applicable' }>): string {
  switch (verdict.state) {
    case 'empty':
      return 'The answer is empty.'
    case 'template':
      return 'The answer is the text that the template or the question came with.'
    case 'too-short':
      return `The answer has ${verdict.characters} ${verdict.characters === 1 ? 'character' : 'characters'}; ${LEAST_CHARACTERS} are the least.`
    case 'placeholder':
      return `The answer is a placeholder (“${verdict.found}”). Where the question does not apply write “Not applicable because …”.`
    default:
      return ''
  }
}

function judgeClaims(answer: AnswerReference, { bundle, links, verdicts }: Context): Judged {
  const named = new Set(
    links
      .filter(({ file, place }) => file === answer.file && isWithin(place, answer))
      .map(({ fragment }) => fragment),
  )
  const linked = bundle.claims.filter(
    (claim) => (claim.file === answer.file && isWithin(claim, answer)) || named.has(`b-${claim.id}`),
  )
  const holding = linked.filter(({ expect }) => expect === 'holds')
  const [first] = holding
  if (!first) {
    const rejected = linked.length > 0 ? ' The claims that it has are of alternatives that must fail.' : ''
    const how = 'Write a <Claim expect="holds"> into it, or link one: [its words](#b-<its id>).'
    return opened('claim-missing', `The answer needs a claim that holds.${rejected} ${how}`)
  }
  const standing = holding.find((claim) => verdictWords(claim, verdicts).state === 'as-claimed')
  if (standing) return closed('answered', `Its claim ${standing.id} holds.`)
  const { state, why } = verdictWords(first, verdicts)
  return opened(
    state === 'claim-stale' ? 'claim-stale' : 'claim-not-as-claimed',
    `The answer needs a claim that holds. ${why}`,
  )
}

function claimItem(claim: BundleClaim, { verdicts, blockAt }: Context): GateItem {
  const { state, why } = verdictWords(claim, verdicts)
  const isOpen = claim.required && state !== 'as-claimed'
  const aside = claim.required || state === 'as-claimed' ? '' : ' The text does not require it.'
  return {
    subject: 'claim',
    id: claim.id,
    writeup: claim.writeup,
    asks: claim.sentence.length > MOST_ASKED ? `${claim.sentence.slice(0, MOST_ASKED)}…` : claim.sentence,
    ...placed(claim, blockAt),
    blockKey: claim.blockKey,
    state,
    isOpen,
    why: `${why}${aside}`,
    answerHash: null,
  }
}

function verdictWords(
  { id, expect }: Pick<BundleClaim, 'id' | 'expect'>,
  verdicts: GateInput['verdicts'],
): { state: 'as-claimed' | 'claim-not-as-claimed' | 'claim-stale'; why: string } {
  const verdict = verdicts.get(id)
  const must = expect === 'holds' ? 'hold' : 'be violated'
  if (!verdict)
    return { state: 'claim-not-as-claimed', why: `The claim ${id} must ${must}, and was not checked.` }
  if (verdict.isStale) {
    const why = `The verdict of the claim ${id} is stale: its model has changed since. Check it again.`
    return { state: 'claim-stale', why }
  }
  const found =
    verdict.kind === 'holds' ? 'holds' : verdict.kind === 'violated' ? 'is violated' : 'is unfinished'
  if (verdict.kind === expect) return { state: 'as-claimed', why: `The claim ${id} ${found}, as claimed.` }
  const message = verdict.message === '' ? '' : `: ${verdict.message.replace(/\s+/g, ' ').slice(0, 300)}`
  return { state: 'claim-not-as-claimed', why: `The claim ${id} must ${must}, and ${found}${message}.` }
}

function withoutText(writeup: WriteupId, context: Context): GateItem {
  const why = `${writeup}.mdx has no text: headings alone say nothing.`
  return {
    subject: 'write-up',
    id: writeup,
    writeup,
    asks: 'The write-up has text.',
    ...beginning(writeup, context),
    ...opened('no-text', why),
    answerHash: null,
  }
}

/** Of a document at most one item: what of it is still the template's, all of it, so that nobody finds the next only after the first. */
function beginnings(
  { cover, documents, blocks }: GateInput['bundle'],
  template: TemplateWords,
): (writeup: DocumentId) => GateItem[] {
  const passages = new Set(givenWords(template.passages))
  const longest = Math.max(0, ...template.passages.map(({ length }) => length)) * 2
  return (writeup) => {
    const left = blocks.filter(
      (block) =>
        block.writeup === writeup &&
        block.kind !== 'heading' &&
        block.text.length <= longest &&
        givenWords([block.text]).some((words) => passages.has(words)),
    )
    const source = documents.find((one) => one.writeup === writeup)?.source ?? ''
    const fields = writeup === 'cover' && template.cover ? fieldsLeft(cover, template.cover, source) : []
    const what = [
      ...fields.map(({ says }) => says),
      ...left.slice(0, MOST_LEFT).map(({ text, line }) => `the words “${shortened(text)}” (line ${line})`),
      ...(left.length > MOST_LEFT ? [`${left.length - MOST_LEFT} more`] : []),
    ]
    if (what.length === 0) return []
    const why = `It still has what the template came with: ${what.join('; ')}. Write your own, or delete it.`
    return [
      {
        subject: 'write-up',
        id: writeup,
        writeup,
        asks: 'Nothing of the template may stay.',
        ...opened('template', why),
        blockKey: left[0]?.key ?? blocks.find((block) => block.writeup === writeup)?.key ?? null,
        file: `${writeup}.mdx`,
        line: fields[0]?.line ?? left[0]?.line ?? 1,
        column: 1,
        answerHash: null,
      },
    ]
  }
}

function fieldsLeft(
  cover: GateInput['bundle']['cover'],
  template: NonNullable<TemplateWords['cover']>,
  source: string,
): { says: string; line: number }[] {
  const lines = source.split('\n')
  const lineOf = (words: string) =>
    Math.max(
      0,
      lines.findIndex((line) => line.includes(words)),
    ) + 1
  const shared = (own: readonly string[], theirs: readonly string[]) =>
    own.filter((one) => theirs.includes(one))
  return [
    ...shared([cover.title], [template.title]).map((one) => ({
      says: `the title “${one}”`,
      line: lineOf(one),
    })),
    ...shared([cover.area], [template.area]).map((one) => ({
      says: `the area “${one}”`,
      line: lineOf(`area: ${one}`),
    })),
    ...shared(cover.authors, template.authors).map((one) => ({
      says: `the author ${one}`,
      line: lineOf(one),
    })),
    ...shared(cover.to, template.to).map((one) => ({ says: `the list ${one}`, line: lineOf(one) })),
  ]
}

const MOST_QUOTED = 60
const MOST_LEFT = 5
const shortened = (text: string) => (text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text)

function withoutQuestions({ questionnaire }: Context['bundle']): GateItem {
  return {
    subject: 'questionnaire',
    id: questionnaire.id,
    writeup: 'cover',
    asks: 'The proposal is held to a questionnaire.',
    ...opened('no-questions', `The questionnaire ${questionnaire.id} was not known when this was published.`),
    blockKey: null,
    file: 'cover.mdx',
    line: 1,
    column: 1,
    answerHash: null,
  }
}

/** The words of an answer without those of the headings in it: a heading announces, it does not answer. */
function wordsOf(answer: AnswerReference, { bundle }: Context): string {
  let words = answer.text
  for (const block of bundle.blocks) {
    const isInside =
      block.kind === 'heading' &&
      block.writeup === answer.writeup &&
      block.line > answer.line &&
      block.line < answer.endLine
    if (isInside) words = words.replace(block.text, () => '')
  }
  return words
}

function hasText({ blocks }: GateInput['bundle'], writeup: WriteupId): boolean {
  return blocks.some(
    (block) => block.writeup === writeup && block.kind !== 'heading' && visible(block.text) !== '',
  )
}

function beginning(
  writeup: WriteupId,
  { bundle }: Context,
): Pick<GateItem, 'blockKey' | 'file' | 'line' | 'column'> {
  const block = bundle.blocks.find((one) => one.writeup === writeup)
  return { blockKey: block?.key ?? null, file: `${writeup}.mdx`, line: block?.line ?? 1, column: 1 }
}

function placed(
  at: Place & { readonly file: string },
  blockAt: Context['blockAt'],
): Pick<GateItem, 'blockKey' | 'file' | 'line' | 'column'> {
  const { file, line, column, endLine } = at
  return { blockKey: blockAt(file, line, endLine), file, line, column }
}

/** The first block between two lines; of an answer without any, the last one before it. */
function blocksByPlace({ blocks }: GateInput['bundle']): Context['blockAt'] {
  const ofFile = new Map<string, { line: number; key: string }[]>()
  for (const { writeup, line, key } of blocks) {
    const file = `${writeup}.mdx`
    const list = ofFile.get(file) ?? []
    list.push({ line, key })
    ofFile.set(file, list)
  }
  return (file, from, to) => {
    const list = ofFile.get(file) ?? []
    const inside = list.find(({ line }) => line >= from && line <= to)
    return (inside ?? list.findLast(({ line }) => line < from))?.key ?? null
  }
}

/** Every link to an anchor of the revision, with its place: `[…](#b-id)` and `[…][name]`. */
function linksOf({ documents }: GateInput['bundle']): Link[] {
  const links: Link[] = []
  for (const { file, tree } of documents) {
    const definitions = new Map<string, string>()
    const references: { identifier: string; place: Place }[] = []
    const visit = (node: Nodes): void => {
      if (node.type === 'link' && node.url.startsWith('#'))
        links.push({ file, place: placeOf(node), fragment: node.url.slice(1) })
      if (node.type === 'definition' && node.url.startsWith('#'))
        definitions.set(node.identifier, node.url.slice(1))
      if (node.type === 'linkReference')
        references.push({ identifier: node.identifier, place: placeOf(node) })
      if ('children' in node) for (const child of node.children) visit(child)
    }
    visit(tree)
    for (const { identifier, place } of references) {
      const fragment = definitions.get(identifier)
      if (fragment !== undefined) links.push({ file, place, fragment })
    }
  }
  return links
}

function isWithin(inner: Place, outer: Place): boolean {
  const begins = inner.line > outer.line || (inner.line === outer.line && inner.column >= outer.column)
  const ends =
    inner.endLine < outer.endLine || (inner.endLine === outer.endLine && inner.endColumn <= outer.endColumn)
  return begins && ends
}
