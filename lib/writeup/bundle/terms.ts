/**
 * The words that a proposal explains: `data/terms.yaml`, a mapping from a term to what it says in a sentence.
 *
 *     futex_q: what a waiter puts into the chain of its bucket
 *     hb->lock: the spin lock of a bucket
 *
 * Explained once for the bundle, not at each `<Term of="…">`: the page has it at the words and in its glossary, each mail that
 * has the word as a note. It is data of a stranger, so it is bounded, and an explanation is text and nothing else.
 */
import { nearestWord } from '#lib/nearest-word.ts'
import { MAX_TERM_LENGTH } from '#lib/writeup/parse/allow-list.ts'
import { readYaml } from '#lib/writeup/parse/front-matter.ts'
import { codePointName, FORBIDDEN_CHARACTER, MAX_PROBLEMS } from '#lib/writeup/parse/limits.ts'
import { FILE_START, type Place, type Problem } from '#lib/writeup/parse/problem.ts'
import { collapse } from '#lib/writeup/parse/text-content.ts'
import type { TermReference } from './references.ts'

export const TERMS_FILE = 'data/terms.yaml'

/** Twice what a reader could want of one proposal. */
const MAX_TERMS = 300
const MAX_TERMS_LENGTH = 64 * 1024
/** An explanation is read within a sentence. */
const MAX_EXPLANATION_LENGTH = 400

export type BundleTerm = {
  readonly name: string
  /** Words without markup, on one line; without a stop at the end where the author wrote none. */
  readonly says: string
}

/** @param source undefined: the bundle explains no words. With a problem the terms are those that could be read. */
export function readTerms(source: string | undefined): {
  readonly terms: readonly (BundleTerm & { readonly at: Place })[]
  readonly problems: readonly Problem[]
} {
  if (source === undefined) return { terms: [], problems: [] }
  const file = TERMS_FILE
  const problem = (message: string, at: Place): Problem => ({ file, rule: 'term', message, ...at })
  if (source.length > MAX_TERMS_LENGTH) {
    const message = `The file is larger than ${MAX_TERMS_LENGTH / 1024} KB: explain fewer terms, each in a sentence.`
    return { terms: [], problems: [problem(message, FILE_START)] }
  }
  const read = readYaml(file, source.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'), 0, 'front-matter')
  if (!read.ok) return { terms: [], problems: read.error.slice(0, MAX_PROBLEMS) }
  const entries = Object.entries(read.value.data)
  if (entries.length > MAX_TERMS) {
    const message = `${entries.length} terms are explained; at most ${MAX_TERMS}.`
    return { terms: [], problems: [problem(message, FILE_START)] }
  }
  const problems: Problem[] = []
  const terms = entries.flatMap(([name, value]) => {
    const at = read.value.placeOfField([name])
    const complaint = complaintAbout(name, value)
    if (complaint !== null || typeof value !== 'string') {
      problems.push(problem(complaint ?? '', at))
      return []
    }
    return [{ name, says: collapse(value), at }]
  })
  return { terms, problems }
}

function complaintAbout(name: string, value: unknown): string | null {
  const shown = JSON.stringify(name.slice(0, MAX_TERM_LENGTH))
  if (name !== collapse(name) || name === '' || name.length > MAX_TERM_LENGTH)
    return `The term ${shown}: write it on one line, in at most ${MAX_TERM_LENGTH} characters.`
  if (typeof value !== 'string' || value.trim() === '')
    return `\`${name}\`: write what it is as one line of text, in quotes if it is a number or has \`: \` in it.`
  if (value.length > MAX_EXPLANATION_LENGTH)
    return `\`${name}\`: the explanation has ${value.length} characters; at most ${MAX_EXPLANATION_LENGTH}.`
  const forbidden = FORBIDDEN_CHARACTER.exec(name) ?? FORBIDDEN_CHARACTER.exec(value.replaceAll('\n', ' '))
  if (forbidden)
    return `${shown}: the invisible character ${codePointName(forbidden[0])} is not allowed; delete it.`
  return null
}

/** Different names for which the nearest one is looked for: more are one mistake, made again. */
const MOST_GUESSED = 20

/** @param isAllRead whether every use is known, so that a term without one is never used. */
export function termProblems(
  used: readonly TermReference[],
  terms: readonly (BundleTerm & { readonly at: Place })[],
  isAllRead: boolean,
): Problem[] {
  const names = terms.map(({ name }) => name)
  const known = new Set(names)
  const unknown = used.filter(({ of }) => !known.has(of))
  const guessed = [...new Set(unknown.map(({ of }) => of))].slice(0, MOST_GUESSED)
  const meant = new Map(guessed.map((of) => [of, nearestWord(of, names)]))
  const problems = unknown.slice(0, MAX_PROBLEMS).map((at): Problem => {
    const { file, of, line, column, endLine, endColumn } = at
    const near = meant.get(of) ?? null
    const advice = near === null ? `explain it there: \`${of}: …\`` : `did you mean \`${near}\`?`
    const message = `\`${TERMS_FILE}\` explains no \`${of}\`: ${advice}${near === null ? '.' : ''}`
    return { file, rule: 'term', message, line, column, endLine, endColumn }
  })
  if (!isAllRead || problems.length > 0) return problems
  const uses = new Set(used.map(({ of }) => of))
  return terms
    .filter(({ name }) => !uses.has(name))
    .map(({ name, at }): Problem => {
      const message = `No text uses the term \`${name}\`: write <Term of="${name}">…</Term> where it first stands, or delete it.`
      return { file: TERMS_FILE, rule: 'term', message, ...at }
    })
}
