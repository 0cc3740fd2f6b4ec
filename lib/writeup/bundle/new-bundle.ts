/**
 * A proposal that begins: the template's files with what its author said of it.
 *
 * What was not said stays as the template has it, and the template's words are known (`templateWordsOf`): the gate and
 * `coherent check` tell them as such, so that what nobody filled in is never taken for what somebody wrote. Pure: day and
 * the random part of the change-id are passed in.
 */
import { isMap, isSeq, parseDocument } from 'yaml'
import { err, ok, type Result } from '#lib/result.ts'
import { type Cover, coverSchema } from '#lib/writeup/parse/cover.ts'
import { WRITEUP_IDS, type WriteupId } from '#lib/writeup/parse/document-id.ts'
import type { Bundle } from './bundle.ts'
import type { BundleFile } from './content-hash.ts'
import type { Questionnaire } from './questionnaire.ts'

/** What is asked of who begins a proposal: at most five things, of which the title alone must be said. */
export type NewProposal = {
  readonly title: string
  /** Empty, here and below: as the template has it, and told. */
  readonly area: string
  /** `Name <address>`. */
  readonly authors: readonly string[]
  /** Lists that it will be sent to. */
  readonly to: readonly string[]
  readonly questionnaire: string
}

export type NewField = keyof NewProposal
export type NewProblem = { readonly field: NewField; readonly message: string }

export type BegunProposal = {
  /** Of the title; whoever stores it looks whether it is free. */
  readonly slug: string
  readonly files: readonly BundleFile[]
}

const SLUG_LENGTH = 60

/** `Futex waits (2)` is `futex-waits-2`; of a title without a letter or digit of ASCII `proposal`. */
export function slugOfTitle(title: string): string {
  const words =
    title
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{M}/gu, '')
      .match(/[a-z0-9]+/g) ?? []
  let slug = ''
  for (const word of words) {
    if (slug.length + word.length + 1 > SLUG_LENGTH) break
    slug = slug === '' ? word : `${slug}-${word}`
  }
  const own = slug === '' ? (words[0] ?? '').slice(0, SLUG_LENGTH) : slug
  // An address has two characters at least.
  return own.length > 1 ? own : own === '' ? 'proposal' : `proposal-${own}`
}

/**
 * @param begun day as RFC 3339 (`2026-11-23T10:00:00Z`), and 8 random hex digits: they make the change-id, by which all
 * revisions of the proposal are known.
 */
export function beginProposal(
  said: NewProposal,
  template: readonly BundleFile[],
  questionnaires: readonly Questionnaire[],
  begun: { readonly date: string; readonly hex: string },
): Result<BegunProposal, readonly NewProblem[]> {
  const title = said.title.trim()
  const slug = slugOfTitle(title)
  const questionnaire = questionnaires.find(({ id }) => id === said.questionnaire)
  const cover = coverWith(textOf(template, 'cover.mdx'), {
    title,
    area: said.area.trim(),
    authors: said.authors.map((one) => one.trim()).filter((one) => one !== ''),
    to: said.to.map((one) => one.trim()).filter((one) => one !== ''),
    date: begun.date,
    'change-id': `${begun.date.slice(0, 10).replaceAll('-', '')}-${slug}-${begun.hex}`,
    questionnaire: said.questionnaire,
  })
  const problems: NewProblem[] = []
  if (title === '') problems.push({ field: 'title', message: 'write the title; it is empty' })
  const checked = coverSchema.safeParse(cover.data)
  for (const issue of checked.success ? [] : checked.error.issues) {
    const field = FIELDS.find((one) => one === issue.path[0]) ?? 'title'
    if (!problems.some((one) => one.field === field)) problems.push({ field, message: issue.message })
  }
  if (!questionnaire)
    problems.push({
      field: 'questionnaire',
      message: `choose one of ${questionnaires.map(({ id }) => id).join(', ')}`,
    })
  if (problems.length > 0 || !questionnaire) return err(problems)
  const files = template.map((file): BundleFile => {
    if (file.path === 'cover.mdx') return written(file.path, cover.text)
    const writeup = WRITEUP_IDS.find((id) => file.path === `${id}.mdx`)
    return writeup
      ? written(file.path, withQuestions(textOf(template, file.path), writeup, questionnaire))
      : file
  })
  return ok({ slug, files })
}

const FIELDS: readonly NewField[] = ['title', 'area', 'authors', 'to', 'questionnaire']

const written = (path: string, text: string): BundleFile => ({ path, bytes: new TextEncoder().encode(text) })

function textOf(files: readonly BundleFile[], path: string): string {
  const file = files.find((one) => one.path === path)
  return file ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes) : ''
}

const FRONT_MATTER = /^---\n([\s\S]*?)^---\n/m

/** The template's cover with these fields in its front matter; what is empty stays. */
function coverWith(
  source: string,
  fields: Readonly<Record<string, string | readonly string[]>>,
): { text: string; data: unknown } {
  const yaml = parseDocument(FRONT_MATTER.exec(source)?.[1] ?? '', { schema: 'core', version: '1.2' })
  if (isMap(yaml.contents)) {
    for (const [name, value] of Object.entries(fields)) {
      if (value.length === 0) continue
      const node = yaml.createNode(value)
      if (isSeq(node)) node.flow = false
      yaml.set(name, node)
    }
  }
  // Never folded: an author finds each value on the line of its name.
  const front = yaml.toString({ lineWidth: 0 })
  return { text: source.replace(FRONT_MATTER, () => `---\n${front}---\n`), data: yaml.toJS() }
}

const ANSWER = /^<Answer to="([^"]+)">$/gm

/**
 * The template's write-up where it asks exactly the questions of this questionnaire. Of another one its prompts are the
 * questions' own words, and what the template has beside its answers (a model that runs) stands below them.
 */
function withQuestions(source: string, writeup: WriteupId, { questions }: Questionnaire): string {
  const own = questions.filter((question) => question.writeup === writeup)
  const asked = [...source.matchAll(ANSWER)].map(([, id]) => id)
  if (own.length === asked.length && own.every(({ id }) => asked.includes(id))) return source
  const front = FRONT_MATTER.exec(source)?.[0] ?? ''
  const lastAnswer = source.lastIndexOf('</Answer>\n')
  const beside = lastAnswer < 0 ? '' : source.slice(lastAnswer + '</Answer>\n'.length)
  const prompts = own.map(({ id, help, needsClaim }) => {
    const words = id.replaceAll('-', ' ')
    const claim = needsClaim ? ' Bind the central sentence to a model with a claim.' : ''
    return `## ${words.charAt(0).toUpperCase()}${words.slice(1)}\n\n<Answer to="${id}">\n\n${help}${claim}\n\n</Answer>\n`
  })
  const text = prompts.length > 0 ? prompts.join('\n') : 'Nothing is asked here. Say what there is to say.\n'
  return `${front}\n${text}${beside}`
}

/** The words that a template came with: whatever is one of them, nobody wrote. */
export type TemplateWords = {
  readonly answers: readonly string[]
  /** Of passages outside answers, headings apart. */
  readonly passages: readonly string[]
  readonly cover: Pick<Cover, 'title' | 'area' | 'authors' | 'to'> | null
}

export const NO_TEMPLATE: TemplateWords = { answers: [], passages: [], cover: null }

export function templateWordsOf({ answers, blocks, cover }: Bundle): TemplateWords {
  const isInAnswer = (writeup: string, line: number) =>
    answers.some((answer) => answer.writeup === writeup && line > answer.line && line < answer.endLine)
  return {
    answers: answers.map(({ text }) => text),
    passages: blocks
      .filter(({ kind, writeup, line }) => kind !== 'heading' && !isInAnswer(writeup, line))
      .map(({ text }) => text),
    cover,
  }
}
