/**
 * A bundle that stands published, whatever the present rules say of it.
 *
 * Whoever wrote it cannot mend it: a revision never changes. So nothing is refused. What parses is parsed, what cannot be
 * drawn stands as its source (`safe-tree.ts`), and the blocks are those that were published, since threads are anchored in
 * them. What the present rules would have refused comes beside it, as warnings.
 *
 * This is for what was published before its parse was stored; what is published today is stored as it was parsed.
 */
import type { Nodes } from 'mdast'
import { ok, type Result } from '#lib/result.ts'
import { type Block, blocksOfWriteup, TEXT_VERSION, type WriteupBlock } from '#lib/writeup/blocks/blocks.ts'
import type { Cover } from '#lib/writeup/parse/cover.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'
import { type ParsedCover, parseCover, readPublished, type Writeup } from '#lib/writeup/parse/parse.ts'
import { FILE_START, type Problem, sortProblems } from '#lib/writeup/parse/problem.ts'
import {
  type Bundle,
  type BundleClaim,
  type BundleSimulation,
  chartsOf,
  checkFiles,
  deadLinks,
  decode,
  namedRuns,
  parseBundle,
  Resolver,
} from './bundle.ts'
import type { BundleFile } from './content-hash.ts'
import { readEvidence } from './evidence.ts'
import type { Questionnaire } from './questionnaire.ts'
import { referencesOf } from './references.ts'
import { readTerms, TERMS_FILE } from './terms.ts'

/** What was written down of a revision when it was published. */
export type PublishedFacts = {
  /** SHA-256, 64 hex digits, of the files as they were published. */
  readonly contentHash: string
  /** By the rules of its time; null: what was written down is no cover. */
  readonly cover: Cover | null
  readonly text: string
  /** In order. */
  readonly blocks: readonly Pick<Block, 'ord' | 'key' | 'kind' | 'writeup' | 'start' | 'end'>[]
}

export type Published = {
  readonly bundle: Bundle
  /** What the present rules would have refused. */
  readonly warnings: readonly Problem[]
}

/** An error: nothing says who published what, to whom and when, so that there is no page and no mail to be made. */
export function publishedBundle(
  files: readonly BundleFile[],
  questionnaires: readonly Questionnaire[],
  facts: PublishedFacts,
): Result<Published, Problem[]> {
  const strict = parseBundle(files, questionnaires)
  if (strict.ok) return ok({ bundle: { ...strict.value, contentHash: facts.contentHash }, warnings: [] })
  const { cover } = facts
  if (!cover) return strict

  const warnings = checkFiles(files)
  const texts = new Map<string, string>()
  for (const file of files) {
    const text = decode(file)
    texts.set(file.path, text.ok ? text.value : new TextDecoder().decode(file.bytes))
    if (!text.ok) warnings.push(...text.error)
  }

  const documents: Writeup[] = []
  for (const writeup of DOCUMENT_IDS) {
    const file = `${writeup}.mdx`
    const source = texts.get(file)
    if (source === undefined)
      warnings.push({ file, rule: 'missing-file', message: `\`${file}\` is missing.`, ...FILE_START })
    const ofIt = facts.blocks.filter((block) => block.writeup === writeup)
    const standsFor = (key: string) => {
      const block = ofIt.find((one) => one.key === key)
      return block ? { key, kind: block.kind, text: facts.text.slice(block.start, block.end) } : null
    }
    const read = readPublished({ file, source: source ?? '', writeup, standsFor })
    warnings.push(...read.problems)
    const document = writeup === 'cover' ? { ...read.document, title: cover.title } : read.document
    keepKeys(document, ofIt, facts.text)
    documents.push(document)
  }

  const drawn = documents.flatMap(blocksOfWriteup)
  const byKey = new Map(drawn.map((block) => [block.key, block]))
  const blocks = facts.blocks.map(({ ord, key, kind, writeup, start, end }): Block => {
    const { line = 1, sectionNumber = null, headingDepth = null } = byKey.get(key) ?? {}
    const text = facts.text.slice(start, end)
    return { ord, key, kind, writeup, start, end, text, line, sectionNumber, headingDepth }
  })

  const references = documents.map(referencesOf)
  warnings.push(...deadLinks(references, blocks))
  const resolver = new Resolver(placedCover(cover, texts), texts, questionnaires, warnings)
  const questionnaire = resolver.questionnaire()
  const models = resolver.models()
  const claims = references
    .flatMap((each) => each.claims)
    .map((claim): BundleClaim => {
      const [resolved] = resolver.claim(claim)
      return resolved ?? { ...claim, variant: claim.variant ?? 'unknown', defines: [], blockKey: claim.id }
    })
  const simulations = references
    .flatMap((each) => each.simulations)
    .map((simulation): BundleSimulation => {
      const [resolved] = resolver.simulation(simulation, claims)
      return (
        resolved ?? {
          ...simulation,
          variant: simulation.variant ?? 'unknown',
          defines: [],
          blockKey: simulation.id,
        }
      )
    })
  const figures = references.flatMap((each) => each.figures.map((figure) => resolver.figure(figure)))
  const answers = references.flatMap((each) => each.answers)
  if (questionnaire) for (const answer of answers) resolver.answer(answer, questionnaire)

  const { questionnaire: id } = cover
  return ok({
    bundle: {
      contentHash: facts.contentHash,
      files: [...files].sort((a, b) => (a.path < b.path ? -1 : 1)),
      cover,
      questionnaire: questionnaire ?? { id, title: id, questions: [] },
      documents,
      blocks,
      text: facts.text,
      textVersion: TEXT_VERSION,
      models,
      claims,
      simulations,
      figures,
      answers,
      charts: chartsOf(references, texts, warnings),
      runs: namedRuns(documents, readEvidence(texts).runs),
      terms: readTerms(texts.get(TERMS_FILE)).terms.map(({ name, says }) => ({ name, says })),
    },
    warnings: sortProblems(warnings.length > 0 ? warnings : strict.error),
  })
}

/** The places of its fields as far as the file still says them. */
function placedCover(cover: Cover, texts: ReadonlyMap<string, string>): ParsedCover {
  const file = 'cover.mdx'
  const parsed = parseCover({ file, source: texts.get(file) ?? '' })
  if (parsed.ok) return { ...parsed.value, cover }
  const document: Writeup = {
    file,
    writeup: 'cover',
    title: cover.title,
    source: '',
    tree: { type: 'root', children: [] },
  }
  return { cover, document, placeOfField: () => FILE_START }
}

const WORDED: ReadonlySet<string> = new Set(['paragraph', 'list-item', 'table-row'])

/**
 * A passage of which a part stands as source today has other words than were published, and so another key. Where as many
 * unknown keys stand between two known ones as were published there, they are the same passages and keep key and words.
 */
function keepKeys(
  document: Writeup,
  published: readonly Pick<Block, 'key' | 'kind' | 'start' | 'end'>[],
  text: string,
): void {
  const drawn = blocksOfWriteup(document)
  const keys = new Set(drawn.map(({ key }) => key))
  const at = new Map(published.map(({ key }, index) => [key, index]))
  let from = 0
  let gap: WriteupBlock[] = []
  const close = (until: number) => {
    const missing = published.slice(from, until).filter(({ key }) => !keys.has(key))
    if (missing.length === gap.length && missing.every(({ kind }, i) => kind === gap[i]?.kind)) {
      for (const [i, { key, kind, start, end }] of missing.entries()) {
        const node = gap[i]?.node
        if (node && WORDED.has(kind)) keep(node, { key, kind, text: text.slice(start, end) })
      }
    }
    gap = []
  }
  for (const block of drawn) {
    const index = at.get(block.key)
    if (index === undefined) gap.push(block)
    else {
      close(index)
      from = index + 1
    }
  }
  close(published.length)
}

/** `data` is the node's own: the tree was made for this document. */
function keep(node: Nodes, standsFor: { key: string; kind: string; text: string }): void {
  node.data = { ...node.data, standsFor } as NonNullable<Nodes['data']>
}
