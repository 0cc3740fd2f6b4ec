/** Proposals of a test's own, as files: complete ones, and such as lack what a test wants them to. */
import { type Bundle, parseBundle } from '#lib/writeup/bundle/bundle.ts'
import type { BundleFile } from '#lib/writeup/bundle/content-hash.ts'
import type { Question, Questionnaire } from '#lib/writeup/bundle/questionnaire.ts'
import { WRITEUP_IDS } from '#lib/writeup/parse/document-id.ts'

export type ProposalWish = {
  readonly changeId: string
  readonly title?: string
  readonly revision?: number
  readonly changelog?: readonly string[]
  /** By question: the MDX inside `<Answer>`; null: no answer at all. What is not named gets a good one. */
  readonly answers?: Readonly<Record<string, string | null>>
  /** What the claims' model does: `true` makes them hold. */
  readonly doesHold?: boolean
  /** Write-ups that say nothing, not even an answer. */
  readonly silent?: readonly string[]
  readonly to?: readonly string[]
  readonly authors?: readonly string[]
}

/** Of a question: an answer that passes, its own in every proposal and every question. */
export function goodAnswer(question: Pick<Question, 'id' | 'needsClaim'>): string {
  const words = `Of ${question.id.replaceAll('-', ' ')} it is said here who does what, when, and under which lock.`
  return question.needsClaim ? `${words}\n\n${claimOf(question.id)}` : words
}

export function claimOf(id: string, expect = 'holds', required = 'yes'): string {
  return `<Claim id="c-${id}" model="flag" property="safety" expect="${expect}" required="${required}">\n  What is said of ${id} holds in every order of steps.\n</Claim>`
}

export const HOLDING_MODEL = 'byte x;\nactive proctype writer() { x = 1; assert(x == 1) }\n'
export const FAILING_MODEL = 'byte x;\nactive proctype writer() { x = 1; assert(x == 2) }\n'

export function proposalFiles(wish: ProposalWish, questionnaire: Questionnaire): BundleFile[] {
  const { changeId, title = 'A proposal of a test', revision = 1, changelog = [], answers = {} } = wish
  const { doesHold = true, silent = [], to = ['list@example.org'], authors } = wish
  const cover = `---
title: ${title}
area: futex
authors:
${(authors ?? ['Ana Author <ana@example.org>']).map((one) => `  - ${one}`).join('\n')}
to:
${to.map((one) => `  - ${one}`).join('\n')}
cc: []
date: 2026-11-23T09:00:00+01:00
change-id: ${changeId}
revision: ${revision}
${revision > 1 ? `changelog:\n${changelog.map((one) => `  - ${one}`).join('\n')}\n` : ''}questionnaire: ${questionnaire.id}
models:
  flag:
    file: models/flag.pml
    title: A flag and its writer
    variants:
      plain: {}
---

What is proposed here is proposed by a test, which says so in a whole sentence.
`
  const writeups = WRITEUP_IDS.map((writeup) => {
    const passages = questionnaire.questions
      .filter((question) => question.writeup === writeup)
      .map((question) => {
        const given = answers[question.id]
        if (given === null) return ''
        const words = given ?? goodAnswer(question)
        return `## On ${question.id}\n\n<Answer to="${question.id}">\n\n${words}\n\n</Answer>\n`
      })
    const text = `---\ntitle: The write-up ${writeup}\n---\n\n`
    if (silent.includes(writeup)) return file(`${writeup}.mdx`, `${text}## Nothing\n`)
    return file(
      `${writeup}.mdx`,
      `${text}The write-up ${writeup} begins with a sentence.\n\n${passages.join('\n')}`,
    )
  })
  return [
    file('cover.mdx', cover),
    file('models/flag.pml', doesHold ? HOLDING_MODEL : FAILING_MODEL),
    ...writeups,
  ]
}

const file = (path: string, text: string): BundleFile => ({ path, bytes: new TextEncoder().encode(text) })

export function proposalBundle(wish: ProposalWish, questionnaire: Questionnaire): Bundle {
  const parsed = parseBundle(proposalFiles(wish, questionnaire), [questionnaire])
  if (!parsed.ok)
    throw new Error(parsed.error.map(({ file: of, line, message }) => `${of}:${line}: ${message}`).join('\n'))
  return parsed.value
}
