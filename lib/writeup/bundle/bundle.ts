/**
 * A bundle: everything of one revision as files, checked as a whole.
 *
 * A `Bundle` exists only when every file is what it should be and every reference between them resolves; what is
 * published, exported and pushed starts from one. The check never stops at the first mistake: the author gets
 * the problems of all five documents and of everything between them in one list.
 *
 * The function takes bytes and returns a value. Who reads the folder (or the upload) is `read-bundle.server.ts`.
 */
import type { Nodes } from 'mdast'
import { err, invariant, ok, type Result } from '#lib/result.ts'
import { type Block, blocksOfRevision, blocksOfWriteup, TEXT_VERSION } from '#lib/writeup/blocks/blocks.ts'
import type { ChartData } from '#lib/writeup/blocks/chart-data.ts'
import type { RecordedRun } from '#lib/writeup/blocks/recorded-run.ts'
import type { Cover, ModelDeclaration, ModelDefine } from '#lib/writeup/parse/cover.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'
import { MAX_FILE_BYTES, MAX_PROBLEMS } from '#lib/writeup/parse/limits.ts'
import { type ParsedCover, readCover, readWriteup, type Writeup } from '#lib/writeup/parse/parse.ts'
import { FILE_START, type Problem, sortProblems } from '#lib/writeup/parse/problem.ts'
import { runsNamedIn } from '#lib/writeup/parse/run-names.ts'
import { readChart } from './charts.ts'
import { type BundleFile, contentHash } from './content-hash.ts'
import { EVIDENCE_FOLDER, evidenceProblems, readEvidence } from './evidence.ts'
import type { Questionnaire } from './questionnaire.ts'
import {
  type AnswerReference,
  anchorsOf,
  type ChartReference,
  type ClaimReference,
  type FigureReference,
  type Origin,
  referencesOf,
  type SimulationReference,
} from './references.ts'
import { type BundleTerm, readTerms, TERMS_FILE, termProblems } from './terms.ts'

/** Limits of one bundle; more than ten times what the shipped proposals need. */
export const MAX_BUNDLE_FILES = 200
export const MAX_BUNDLE_BYTES = 8 * 1024 * 1024

/** A claim with its references resolved. */
export type BundleClaim = Omit<ClaimReference, 'variant'> & {
  readonly variant: string
  /** Of the variant, in the order of the cover. */
  readonly defines: readonly ModelDefine[]
  readonly blockKey: string
}

export type BundleSimulation = Omit<SimulationReference, 'variant'> & {
  readonly variant: string
  readonly defines: readonly ModelDefine[]
  readonly blockKey: string
}

export type BundleFigure = Omit<FigureReference, 'ascii'> & {
  readonly blockKey: string
  /** The author's ASCII form: lines of at most 72 ASCII characters, LF between them; null: none. */
  readonly ascii: string | null
}

export type BundleChart = ChartReference & { readonly blockKey: string; readonly chart: ChartData }

export type BundleModel = ModelDeclaration & { readonly source: string }

export type Bundle = {
  /** SHA-256 of the files, 64 hex digits. */
  readonly contentHash: string
  /** Sorted by path. */
  readonly files: readonly BundleFile[]
  readonly cover: Cover
  readonly questionnaire: Questionnaire
  /** The cover, then the four write-ups in order. */
  readonly documents: readonly Writeup[]
  readonly blocks: readonly Block[]
  /** The plain text of the revision: the texts of all blocks, one empty line between them. */
  readonly text: string
  readonly textVersion: typeof TEXT_VERSION
  readonly models: readonly BundleModel[]
  readonly claims: readonly BundleClaim[]
  readonly simulations: readonly BundleSimulation[]
  readonly figures: readonly BundleFigure[]
  readonly answers: readonly AnswerReference[]
  readonly charts: readonly BundleChart[]
  /** Recorded runs that its texts name, in the order of their names. */
  readonly runs: readonly RecordedRun[]
  /** Words that are explained, as `data/terms.yaml` has them. */
  readonly terms: readonly BundleTerm[]
}

/** Checks the files of one revision. `questionnaires`: all that the instance knows. */
export function parseBundle(
  files: readonly BundleFile[],
  questionnaires: readonly Questionnaire[],
): Result<Bundle, Problem[]> {
  const read = readDocuments(files, questionnaires)
  return read.ok ? read : err(read.error.problems)
}

export type RefusedBundle = {
  readonly problems: Problem[]
  /** As much of each as could be read, for whatever else is asked of them in the same run. */
  readonly documents: readonly Writeup[]
}

/** As `parseBundle`. */
export function readDocuments(
  files: readonly BundleFile[],
  questionnaires: readonly Questionnaire[],
): Result<Bundle, RefusedBundle> {
  const problems = checkFiles(files)
  const byPath = new Map(files.map((file) => [file.path, file]))
  const texts = new Map<string, string>()
  for (const file of files) {
    const text = decode(file)
    if (text.ok) texts.set(file.path, text.value)
    else problems.push(...text.error)
  }

  // The five documents. One that cannot be read does not hide the problems of the others.
  let parsedCover: ParsedCover | null = null
  const documents: Writeup[] = []
  for (const id of DOCUMENT_IDS) {
    const file = `${id}.mdx`
    if (!byPath.has(file)) {
      const what = id === 'cover' ? 'the cover' : `the write-up \`${id}\``
      const message = `\`${file}\` is missing: a revision has ${what}. Write the file.`
      problems.push({ file, rule: 'missing-file', message, ...FILE_START })
      continue
    }
    const source = texts.get(file)
    if (source === undefined) continue // not UTF-8, reported above
    if (id === 'cover') {
      const cover = readCover({ file, source })
      if (cover.ok) {
        parsedCover = cover.value
        documents.push(cover.value.document)
      } else {
        problems.push(...cover.error.problems)
        if (cover.error.partial) documents.push(cover.error.partial)
      }
    } else {
      const writeup = readWriteup({ file, source, writeup: id })
      if (writeup.ok) documents.push(writeup.value)
      else {
        problems.push(...writeup.error.problems)
        if (writeup.error.partial) documents.push(writeup.error.partial)
      }
    }
  }
  for (const document of documents) resolveOwnHeadings(document)

  const { blocks, text } = blocksOfRevision(documents)
  const references = documents.map(referencesOf)
  problems.push(...duplicateKeys(blocks))
  const isComplete = documents.length === DOCUMENT_IDS.length
  // A target may be in a document of which nothing could be read.
  if (isComplete) problems.push(...deadLinks(references, blocks))

  const charts = chartsOf(references, texts, problems)
  const evidence = readEvidence(texts)
  problems.push(...evidence.problems)
  if (evidence.problems.length === 0)
    problems.push(
      ...evidenceProblems(
        references.flatMap((each) => each.evidence),
        evidence.runs,
      ),
    )
  const terms = readTerms(texts.get(TERMS_FILE))
  problems.push(...terms.problems)
  const used = references.flatMap((each) => each.terms)
  // Of a text that could not be read nobody knows which terms it has.
  const isAllRead = isComplete && problems.length === 0
  if (terms.problems.length === 0) problems.push(...termProblems(used, terms.terms, isAllRead))

  if (!parsedCover) return err({ problems: told(problems), documents })
  const { cover } = parsedCover
  const resolver = new Resolver(parsedCover, texts, questionnaires, problems)
  const questionnaire = resolver.questionnaire()
  const models = resolver.models()
  const claims = references.flatMap((each) => each.claims.flatMap((claim) => resolver.claim(claim)))
  const simulations = references.flatMap((each) =>
    each.simulations.flatMap((simulation) => resolver.simulation(simulation, isComplete ? claims : null)),
  )
  const figures = references.flatMap((each) => each.figures.map((figure) => resolver.figure(figure)))
  const answers = references.flatMap((each) => each.answers)
  if (questionnaire) for (const answer of answers) resolver.answer(answer, questionnaire)

  if (problems.length > 0) return err({ problems: told(problems), documents })
  invariant(questionnaire && isComplete, 'a bundle without problems is complete')
  return ok({
    contentHash: contentHash(files),
    files: [...files].sort((a, b) => (a.path < b.path ? -1 : 1)),
    cover,
    questionnaire,
    documents,
    blocks,
    text,
    textVersion: TEXT_VERSION,
    models,
    claims,
    simulations,
    figures,
    answers,
    charts,
    runs: namedRuns(documents, evidence.runs),
    terms: terms.terms.map(({ name, says }) => ({ name, says })),
  })
}

/** Each file is read once, however many charts are of it; what is wrong is pushed as a problem. */
export function chartsOf(
  references: readonly Pick<ReturnType<typeof referencesOf>, 'charts'>[],
  texts: ReadonlyMap<string, string>,
  problems: Problem[],
): BundleChart[] {
  const read = new Map<string, ChartData | null>()
  return references
    .flatMap(({ charts }) => charts)
    .flatMap((reference): BundleChart[] => {
      const { data: path, file, line, column, endLine, endColumn } = reference
      const source = texts.get(path)
      if (source === undefined || !path.startsWith('data/') || !path.endsWith('.json')) {
        const what = source === undefined ? 'which is not in the bundle' : 'which is no file `data/….json`'
        const message = `\`data\` names \`${path.slice(0, 200)}\`, ${what}.`
        problems.push({ file, rule: 'missing-file', message, line, column, endLine, endColumn })
        return []
      }
      if (!read.has(path)) {
        const { chart, problems: found } = readChart(path, source)
        problems.push(...found)
        read.set(path, chart)
      }
      const chart = read.get(path) ?? null
      return chart === null ? [] : [{ ...reference, blockKey: reference.id, chart }]
    })
}

/** Of all that are recorded, those that some text has in `code` or shows: a reader is shown what was said. */
export function namedRuns(
  documents: readonly Writeup[],
  recorded: ReadonlyMap<string, RecordedRun>,
): RecordedRun[] {
  if (recorded.size === 0) return []
  const named = new Set(runsNamedIn(documents.map(({ tree }) => tree)))
  return [...recorded.values()]
    .filter(({ name }) => named.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Of the whole bundle: those of each document are as many at most. */
const MAX_TOLD = DOCUMENT_IDS.length * MAX_PROBLEMS

const told = (problems: readonly Problem[]) => sortProblems(problems).slice(0, MAX_TOLD)

/** Resolves what documents say against what the cover declares; what does not resolve is pushed as a problem. */
export class Resolver {
  readonly #cover: Cover
  readonly #placeOfField: ParsedCover['placeOfField']
  readonly #texts: ReadonlyMap<string, string>
  readonly #questionnaires: readonly Questionnaire[]
  readonly #problems: Problem[]
  readonly #claimIds = new WeakMap<readonly BundleClaim[], ReadonlyMap<string, ReadonlySet<string>>>()

  constructor(
    { cover, placeOfField }: ParsedCover,
    texts: ReadonlyMap<string, string>,
    questionnaires: readonly Questionnaire[],
    problems: Problem[],
  ) {
    this.#cover = cover
    this.#placeOfField = placeOfField
    this.#texts = texts
    this.#questionnaires = questionnaires
    this.#problems = problems
  }

  questionnaire(): Questionnaire | null {
    const found = this.#questionnaires.find(({ id }) => id === this.#cover.questionnaire)
    if (found) return found
    const known = listed(this.#questionnaires.map(({ id }) => id))
    const message = `The questionnaire \`${this.#cover.questionnaire}\` does not exist: there is ${known}.`
    this.#reportField(['questionnaire'], 'unknown-questionnaire', message)
    return null
  }

  models(): BundleModel[] {
    return this.#cover.models.flatMap((model) => {
      const source = this.#texts.get(model.file)
      if (source !== undefined) return [{ ...model, source }]
      const message = `The cover declares the model \`${model.name}\` in \`${model.file}\`, which is not in the bundle: add the file.`
      this.#reportField(['models', model.name, 'file'], 'missing-file', message)
      return []
    })
  }

  claim(claim: ClaimReference): BundleClaim[] {
    const variant = this.#variant(claim)
    return variant ? [{ ...claim, ...variant, blockKey: claim.id }] : []
  }

  /** @param claims null: not all claims could be read, so that a missing one is no mistake. */
  simulation(simulation: SimulationReference, claims: readonly BundleClaim[] | null): BundleSimulation[] {
    const variant = this.#variant(simulation)
    if (claims && simulation.trace !== null) {
      const candidates = this.#idsByModel(claims).get(simulation.model) ?? new Set()
      if (!candidates.has(simulation.trace)) {
        const known = listed([...candidates])
        const message = `\`trace\` names \`${simulation.trace}\`, which is not a claim about the model \`${simulation.model}\`: there is ${known}.`
        this.#report(simulation, 'unknown-trace', message)
      }
    }
    return variant ? [{ ...simulation, ...variant, blockKey: simulation.id }] : []
  }

  /** Made once for the claims of a bundle: there may be as many simulations as claims. */
  #idsByModel(claims: readonly BundleClaim[]): ReadonlyMap<string, ReadonlySet<string>> {
    const known = this.#claimIds.get(claims)
    if (known) return known
    const made = new Map<string, Set<string>>()
    for (const { model, id } of claims) made.set(model, (made.get(model) ?? new Set()).add(id))
    this.#claimIds.set(claims, made)
    return made
  }

  figure(figure: FigureReference): BundleFigure {
    const { ascii: path, ...rest } = figure
    if (path === null) return { ...rest, blockKey: figure.id, ascii: null }
    const source = this.#texts.get(path)
    if (source === undefined) {
      this.#report(figure, 'missing-file', `\`ascii\` names \`${path}\`, which is not in the bundle.`)
      return { ...rest, blockKey: figure.id, ascii: null }
    }
    const ascii = source.replace(/\r\n?/g, '\n').replace(/\n+$/, '')
    for (const [at, row] of ascii.split('\n').entries()) {
      const complaint = asciiComplaint(row)
      if (complaint) {
        const place = { line: at + 1, column: 1, endLine: at + 1, endColumn: row.length + 1 }
        this.#problems.push({ file: path, rule: 'ascii-figure', message: complaint, ...place })
      }
    }
    return { ...rest, blockKey: figure.id, ascii }
  }

  answer(answer: AnswerReference, questionnaire: Questionnaire): void {
    if (questionnaire.questions.some(({ id }) => id === answer.to)) return
    const known = listed(questionnaire.questions.map(({ id }) => id))
    const message = `\`${answer.to}\` is not a question of \`${questionnaire.id}\`: there are ${known}.`
    this.#report(answer, 'unknown-question', message)
  }

  #variant(
    at: Origin & { model: string; variant: string | null },
  ): { variant: string; defines: readonly ModelDefine[] } | null {
    const model = this.#cover.models.find(({ name }) => name === at.model)
    if (!model) {
      const known = listed(this.#cover.models.map(({ name }) => name))
      const message = `The cover declares no model \`${at.model}\`: there is ${known}. Correct the name, or declare it under \`models:\`.`
      this.#report(at, 'unknown-model', message)
      return null
    }
    const variant =
      at.variant === null ? model.variants[0] : model.variants.find(({ name }) => name === at.variant)
    if (!variant) {
      const known = listed(model.variants.map(({ name }) => name))
      const message = `The model \`${at.model}\` has no variant \`${at.variant}\`: there is ${known}.`
      this.#report(at, 'unknown-variant', message)
      return null
    }
    return { variant: variant.name, defines: variant.defines }
  }

  #reportField(path: readonly string[], rule: Problem['rule'], message: string): void {
    this.#problems.push({ file: 'cover.mdx', rule, message, ...this.#placeOfField(path) })
  }

  #report(at: Origin, rule: Problem['rule'], message: string): void {
    const { file, line, column, endLine, endColumn } = at
    this.#problems.push({ file, rule, message, line, column, endLine, endColumn })
  }
}

const PATH = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*){0,4}$/
const FOLDERS = ['models', 'figures', 'data', EVIDENCE_FOLDER]

/** Names, number and sizes. Contents are the business of whoever reads the file. */
export function checkFiles(files: readonly BundleFile[]): Problem[] {
  const problems: Problem[] = []
  const report = (file: string, rule: Problem['rule'], message: string) =>
    problems.push({ file, rule, message, ...FILE_START })
  const bytes = files.reduce((sum, file) => sum + file.bytes.byteLength, 0)
  if (files.length > MAX_BUNDLE_FILES) {
    report('cover.mdx', 'too-large', `The bundle has ${files.length} files; at most ${MAX_BUNDLE_FILES}.`)
  }
  if (bytes > MAX_BUNDLE_BYTES) {
    const limit = MAX_BUNDLE_BYTES / 1024 / 1024
    report('cover.mdx', 'too-large', `The bundle has ${bytes} bytes; at most ${limit} MB.`)
  }
  // Two names that some file systems take for one would make a bundle that cannot be checked out.
  const seen = new Map<string, string>()
  for (const { path } of files) {
    if (!isPlainPath(path)) {
      report(
        path,
        'path',
        'Name files by ASCII letters, digits, `.`, `-` and `_`, without `..` or hidden names.',
      )
      continue
    }
    const other = seen.get(path.toLowerCase())
    if (other !== undefined)
      report(path, 'path', `\`${path}\` and \`${other}\` differ only in case: rename one.`)
    seen.set(path.toLowerCase(), path)
    if (!isExpected(path)) {
      const names = [...DOCUMENT_IDS.map((id) => `${id}.mdx`), ...FOLDERS.map((name) => `${name}/`)]
      report(path, 'unexpected-file', `A bundle holds ${names.join(', ')}: move or delete this file.`)
    }
  }
  return problems
}

const isPlainPath = (path: string) => PATH.test(path) && path.length <= 200

/** A document, or a file in one of the folders. */
function isExpected(path: string): boolean {
  const folder = path.includes('/') ? path.slice(0, path.indexOf('/')) : null
  return folder === null ? isDocumentFile(path) : FOLDERS.includes(folder)
}

/** Whether a bundle may hold a file of this name. */
export const isBundlePath = (path: string): boolean => isPlainPath(path) && isExpected(path)

function isDocumentFile(path: string): boolean {
  return (DOCUMENT_IDS as readonly string[]).some((id) => path === `${id}.mdx`)
}

/** All files of a bundle are text today; a binary one has no use yet and could not be shown in a review. */
export function decode(file: BundleFile): Result<string, Problem[]> {
  if (file.bytes.byteLength > MAX_FILE_BYTES) {
    const message = `The file has ${file.bytes.byteLength} bytes; at most ${MAX_FILE_BYTES / 1024} KB.`
    return err([{ file: file.path, rule: 'too-large', message, ...FILE_START }])
  }
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(file.bytes))
  } catch {
    // The decoder's only failure: bytes that are not UTF-8.
    const message = 'The file is not UTF-8 text: save it as UTF-8.'
    return err([{ file: file.path, rule: 'encoding', message, ...FILE_START }])
  }
}

export function duplicateKeys(blocks: readonly Block[]): Problem[] {
  const first = new Map<string, Block>()
  return blocks.flatMap((block): Problem[] => {
    const other = first.get(block.key)
    if (!other) {
      first.set(block.key, block)
      return []
    }
    const message = `The id \`${block.key}\` is already used in ${other.writeup}.mdx, line ${other.line}: choose another.`
    const place = { line: block.line, column: 1, endLine: block.line, endColumn: 1 }
    return [{ file: `${block.writeup}.mdx`, rule: 'duplicate-id', message, ...place }]
  })
}

export function deadLinks(
  references: readonly ReturnType<typeof referencesOf>[],
  blocks: readonly Block[],
): Problem[] {
  const anchors = new Set(anchorsOf(blocks))
  return references
    .flatMap(({ links }) => links)
    .filter(({ fragment }) => !anchors.has(fragment))
    .map(({ file, fragment, fragmentAt, line, column, endLine, endColumn }) => {
      const meant = meantAnchor(fragment, anchors)
      const message = `Nothing has the anchor \`#${fragment}\`: ${
        meant === null
          ? "a heading's is `#<its-words>` in its own write-up and `#<write-up>-<its-words>` in the others, a component's `#b-<id>`"
          : `write \`#${meant}\``
      }.`
      const fix =
        meant === null || !fragmentAt
          ? []
          : [{ ...fragmentAt, length: fragment.length + 1, text: `#${meant}` }]
      const place = { line, column, endLine, endColumn }
      return { file, rule: 'dead-link', message, ...place, ...(fix.length > 0 ? { fix } : {}) }
    })
}

/** The one anchor that is the same but for its write-up, its `b-`, capitals or signs; null: none, or several. */
function meantAnchor(fragment: string, anchors: ReadonlySet<string>): string | null {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
  const wanted = plain(safelyDecoded(fragment)).replace(/^(?:user-content|b)-/, '')
  if (wanted === '') return null
  const found = [...anchors].filter((anchor) => {
    // A heading has two; the shorter one is what people write. Keys of what has no name are nobody's to write.
    if (anchor.startsWith('b-') && anchors.has(anchor.slice(2))) return false
    const name = plain(anchor.replace(/^b-/, ''))
    return name === wanted || DOCUMENT_IDS.some((id) => name === `${id}-${wanted}`)
  })
  return found.length === 1 ? (found[0] ?? null) : null
}

function safelyDecoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment // a `%` that begins nothing
  }
}

/** In its own write-up a heading may be named by its words alone, as everywhere: `#motivation` is `#problem-motivation`. */
function resolveOwnHeadings(document: Writeup): void {
  const blocks = blocksOfWriteup(document)
  const anchors = new Set(anchorsOf(blocks))
  const stack: Nodes[] = [document.tree]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if ((node.type === 'link' || node.type === 'definition') && node.url.startsWith('#')) {
      const own = `${document.writeup}-${node.url.slice(1)}`
      if (!anchors.has(node.url.slice(1)) && anchors.has(own)) node.url = `#${own}`
    }
    if ('children' in node) for (const child of node.children) stack.push(child)
  }
}

const MAX_ASCII_COLUMNS = 72

function asciiComplaint(row: string): string | null {
  if (row.length > MAX_ASCII_COLUMNS) {
    return `The line has ${row.length} columns; at most ${MAX_ASCII_COLUMNS} fit into a mail.`
  }
  if (!/^[\x20-\x7e]*$/.test(row)) return 'Draw with ASCII characters only, spaces instead of tabs.'
  return null
}

/** Names that a message lists: it is one of thousands where a bundle is made to cost. */
const MOST_LISTED = 20

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, MOST_LISTED).map((name) => `\`${name}\``)
  const more = names.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
