import 'server-only'
import { copyOf } from '#lib/review/copy/read-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { simulationOf } from '#lib/review/revision/simulation-of-revision.ts'
import { readDocuments } from '#lib/writeup/bundle/bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { compileDocument } from '#lib/writeup/page/compile.server.ts'
import type { DocumentId } from '#lib/writeup/parse/document-id.ts'
import type { Writeup } from '#lib/writeup/parse/parse.ts'
import { runsNamedIn } from '#lib/writeup/parse/run-names.ts'
import { safeTree, sourceTree, storedTree } from '#lib/writeup/parse/safe-tree.ts'
import { termsIn } from '#lib/writeup/parse/term.ts'
import type { DrawnCopy } from './draw-copy.ts'

const MOST_PROBLEMS = 50

/**
 * One document as its page will show it; null: there is none that is the viewer's. While something in it is wrong the rest is
 * drawn: what could not be read is left out, and the list says what and where. Such a tree passed no check, so it is made anew
 * like one from a row that somebody may have written (`safe-tree.ts`): it brings no element and no code of its own.
 */
export async function drawCopy(viewer: Viewer, slug: string, writeup: DocumentId): Promise<DrawnCopy | null> {
  const copy = await copyOf(viewer, slug)
  if (!copy) return null
  const questionnaires = await instanceQuestionnaires()
  const read = readDocuments(copy.files, questionnaires)
  const file = `${writeup}.mdx`
  const problems = read.ok
    ? []
    : read.error.problems
        .filter((problem) => problem.file === file)
        .slice(0, MOST_PROBLEMS)
        .map(({ line, column, message, rule }) => ({ file, line, column, message, rule }))
  if (read.ok) {
    const bundle = read.value
    const document = bundle.documents.find((one) => one.writeup === writeup)
    if (!document) return null
    const named = runsNamedIn([document.tree])
    const explained = termsIn([document.tree])
    // As of a revision that has no verdicts yet: simulations begin at their first state.
    const unchecked = { slug, number: copy.baseRevision + 1, bundle, claims: [] }
    return {
      title: document.title,
      code: (await compileDocument(document)).code,
      problems,
      questions: bundle.questionnaire.questions.map(({ id, help }) => [id, help] as const),
      ascii: bundle.figures.flatMap(({ id, ascii }) => (ascii === null ? [] : [[id, ascii] as const])),
      charts: bundle.charts
        .filter((one) => one.writeup === writeup)
        .map(({ id, chart }) => [id, chart] as const),
      runs: bundle.runs.filter(({ name }) => named.has(name)),
      terms: bundle.terms.filter(({ name }) => explained.has(name)),
      simulations: bundle.simulations
        .filter((one) => one.writeup === writeup)
        .flatMap(({ id, model, variant }) => {
          const data = simulationOf(unchecked, { id, model, variant, claimId: null })
          return data ? [data] : []
        }),
    }
  }
  const partial = read.error.documents.find((one) => one.writeup === writeup)
  const bytes = copy.files.find(({ path }) => path === file)?.bytes
  const safe = safeDocument(writeup, partial, new TextDecoder().decode(bytes ?? new Uint8Array()))
  return {
    ...{ title: safe.title, code: (await compileDocument(safe)).code, problems },
    questions: questionnaires.flatMap(({ questions }) =>
      questions.map(({ id, help }) => [id, help] as const),
    ),
    ...{ ascii: [], charts: [], runs: [], terms: [], simulations: [] },
  }
}

function safeDocument(writeup: DocumentId, partial: Writeup | undefined, source: string): Writeup {
  const of = { source: partial?.source ?? source, standsFor: () => null }
  const tree = partial ? safeTree(storedTree(partial.tree), of) : null
  const title = partial?.title ?? writeup
  return { file: `${writeup}.mdx`, writeup, title, source, tree: tree ?? sourceTree(source) }
}
