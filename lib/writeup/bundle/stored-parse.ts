/**
 * What was parsed of a bundle, as it is stored with the revision and read again by every later version of the program.
 *
 * What the files hold byte for byte (sources of documents and models) is not stored a second time; nor is the revision's
 * text. All of it is read as hostile: whoever can write the row must not be able to put code on a page, so trees are made
 * anew (`safe-tree.ts`) and everything else has a shape. The shape only ever gains fields that may be absent.
 */
import { z } from 'zod'
import { err, ok, type Result } from '#lib/result.ts'
import { BLOCK_KINDS, type Block, blocksOfWriteup, TEXT_VERSION } from '#lib/writeup/blocks/blocks.ts'
import type { Cover } from '#lib/writeup/parse/cover.ts'
import { DOCUMENT_IDS, WRITEUP_IDS } from '#lib/writeup/parse/document-id.ts'
import { LINTS } from '#lib/writeup/parse/lint-names.ts'
import { sourceOf, type Writeup } from '#lib/writeup/parse/parse.ts'
import type { Problem } from '#lib/writeup/parse/problem.ts'
import { safeTree, sourceTree, storedTree } from '#lib/writeup/parse/safe-tree.ts'
import type { Bundle } from './bundle.ts'
import type { BundleFile } from './content-hash.ts'

/** Warnings that are kept of one revision. */
export const MAX_WARNINGS = 200
/** Blocks, and references of each kind: five documents of as many nodes as the check lets through. */
const MOST = 5 * 50_000

/** Wherever the check sets no limit of its own, the file's does: whatever was accepted once must be read for ever. */
const LONGEST = 600_000
const text = (max = LONGEST) => z.string().max(max)
const count = z.int().min(0)
const place = { line: count, column: count, endLine: count, endColumn: count }
const documentId = z.enum(DOCUMENT_IDS)
const origin = { ...place, file: text(), writeup: documentId }
const id = text()
const nullable = (max = LONGEST) => text(max).nullable()

/** Addresses and date are what a mail is made of, so here they are asked for what mail needs of them, and no more. */
const mailbox = text().regex(/^[^\r\n]*@[^\r\n]*$/)
const instant = text().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/)
const defines = z
  .array(z.object({ name: text(), value: nullable() }))
  .max(MOST)
  .readonly()

const named = z
  .array(z.object({ of: text(), words: text() }))
  .max(MOST)
  .readonly()

const vocabularyShape = z.object({
  processes: named,
  variables: z
    .array(z.object({ of: text(), words: nullable(), holder: z.boolean(), values: named }))
    .max(MOST)
    .readonly(),
  variants: named,
  properties: named,
  assertions: named,
})

const modelShape = z.object({
  name: text(),
  file: text(),
  title: text(),
  variants: z
    .array(z.object({ name: text(), defines }))
    .min(1)
    .max(MOST)
    .readonly(),
  vocabulary: vocabularyShape.optional(),
})

const coverShape = z.object({
  title: text(),
  area: text(),
  authors: z.array(mailbox).min(1).max(MOST).readonly(),
  to: z.array(mailbox).max(MOST).readonly(),
  cc: z.array(mailbox).max(MOST).readonly(),
  date: instant,
  changeId: text(),
  revision: z.int().min(1),
  changelog: z.array(text()).max(MOST).readonly(),
  questionnaire: text(),
  mailDomain: text(),
  baseUrl: text()
    .regex(/^https?:\/\//i)
    .nullable(),
  models: z.array(modelShape).max(MOST).readonly(),
  overrides: z
    .array(z.object({ lint: z.enum(LINTS), in: documentId, reason: text() }))
    .max(MOST)
    .readonly()
    .optional(),
})

const claimShape = z.object({
  ...origin,
  id,
  model: text(),
  variant: text(),
  property: text(),
  expect: z.enum(['holds', 'violated']),
  required: z.boolean(),
  sentence: text(),
  defines,
  blockKey: text(),
})

const facts = z
  .array(z.object({ name: text(), value: text() }))
  .max(MOST)
  .readonly()

const axis = z.object({ label: text(), unit: nullable(), scale: z.enum(['linear', 'log']) })
const chartShape = z.object({
  x: axis.nullable(),
  of: text(),
  y: axis,
  spread: nullable(),
  ...{ where: text(), source: text() },
  series: z
    .array(
      z.object({
        name: text(),
        how: z.enum(['measured', 'assumed']),
        points: z
          .array(
            z.object({
              x: z.union([z.number(), text()]),
              y: z.number(),
              spread: z.object({ low: z.number(), high: z.number(), n: z.number() }).nullable(),
            }),
          )
          .min(1)
          .max(1_000)
          .readonly(),
      }),
    )
    .min(1)
    .max(100)
    .readonly(),
})

const storedShape = z.object({
  shape: z.literal(1),
  cover: coverShape,
  questionnaire: z.object({
    id: text(),
    title: text(),
    questions: z
      .array(z.object({ id, writeup: z.enum(WRITEUP_IDS), help: text(), needsClaim: z.boolean() }))
      .max(MOST)
      .readonly(),
  }),
  documents: z
    .array(z.object({ file: text(), writeup: documentId, title: text(), tree: z.unknown() }))
    .length(DOCUMENT_IDS.length),
  blocks: z
    .array(
      z.object({
        key: text(),
        kind: z.enum(BLOCK_KINDS),
        writeup: documentId,
        start: count,
        end: count,
        line: count,
        sectionNumber: nullable(),
        headingDepth: count.nullable(),
      }),
    )
    .max(MOST),
  claims: z.array(claimShape).max(MOST).readonly(),
  simulations: z
    .array(
      z.object({
        ...origin,
        id,
        model: text(),
        variant: text(),
        trace: nullable(),
        caption: nullable(),
        defines,
        blockKey: text(),
      }),
    )
    .max(MOST)
    .readonly(),
  figures: z
    .array(
      z.object({
        ...origin,
        id,
        number: count,
        caption: text(),
        blockKey: text(),
        ascii: nullable(),
      }),
    )
    .max(MOST)
    .readonly(),
  answers: z
    .array(z.object({ ...origin, to: id, text: text() }))
    .max(MOST)
    .readonly(),
  // Of revisions from before there were such.
  charts: z
    .array(z.object({ ...origin, id, data: text(), caption: text(), blockKey: text(), chart: chartShape }))
    .max(MOST)
    .readonly()
    .optional(),
  runs: z
    .array(
      z.object({
        ...{
          name: text(),
          how: z.enum(['run', 'read', 'inferred']),
          title: text(),
          where: text(),
          source: text(),
        },
        did: z.array(text()).max(MOST).readonly(),
        ...{ expected: facts, seen: facts, runs: count.nullable(), differing: count },
      }),
    )
    .max(MOST)
    .readonly()
    .optional(),
  terms: z
    .array(z.object({ name: text(), says: text() }))
    .max(MOST)
    .readonly()
    .optional(),
})

const warningsShape = z
  .array(z.object({ ...place, file: text(), rule: text(), message: text() }))
  .max(MAX_WARNINGS)

/** What stands in the row; JSON. */
export type StoredParse = z.input<typeof storedShape>

export type StoredWarning = Omit<Problem, 'rule'> & { readonly rule: string }

export function storedParseOf(bundle: Bundle): StoredParse {
  const {
    cover,
    questionnaire,
    documents,
    blocks,
    claims,
    simulations,
    figures,
    answers,
    charts,
    runs,
    terms,
  } = bundle
  return {
    shape: 1,
    cover,
    questionnaire,
    documents: documents.map(({ file, writeup, title, tree }) => ({
      file,
      writeup,
      title,
      tree: storedTree(tree),
    })),
    blocks: blocks.map(({ ord: _ord, text: _text, ...block }) => block),
    claims,
    simulations,
    figures,
    answers,
    // What a revision has none of stands in its row as it always stood.
    ...(charts.length > 0 ? { charts } : {}),
    ...(runs.length > 0 ? { runs } : {}),
    ...(terms.length > 0 ? { terms } : {}),
  }
}

/** A cover as an older version wrote it down; null: it is none that page and mail could be made of. */
export function readStoredCover(value: unknown): Cover | null {
  const cover = coverShape.safeParse(value)
  return cover.success ? cover.data : null
}

/** What a row says that cannot be read is no warning at all. */
export function readStoredWarnings(value: unknown): readonly StoredWarning[] {
  const warnings = warningsShape.safeParse(value)
  return warnings.success ? warnings.data : []
}

/**
 * The bundle as it was when it was published. An error is a sentence about the row: where it is broken. A tree that is none
 * costs its document, which then stands as its source.
 */
export function readStoredParse(
  stored: unknown,
  of: { readonly files: readonly BundleFile[]; readonly contentHash: string; readonly text: string },
): Result<Bundle, string> {
  const read = storedShape.safeParse(stored)
  if (!read.success) {
    const [issue] = read.error.issues
    const where = issue?.path.map(String).join('.') ?? ''
    return err(`${where === '' ? 'all of it' : `\`${where.slice(0, 200)}\``} is not what it should be`)
  }
  const {
    cover,
    questionnaire,
    documents,
    blocks,
    claims,
    simulations,
    figures,
    answers,
    charts = [],
    runs = [],
    terms = [],
  } = read.data
  if (!documents.every(({ writeup }, i) => writeup === DOCUMENT_IDS[i]))
    return err('the documents are not those of a revision')
  if (blocks.some(({ start, end }) => start >= end || end > of.text.length))
    return err('a block lies outside of the text')

  const bytes = new Map(of.files.map((file) => [file.path, file.bytes]))
  const sourceAt = (path: string) => new TextDecoder().decode(bytes.get(path) ?? new Uint8Array())
  const resolved = {
    Claim: new Set(claims.map((one) => one.id)),
    Figure: new Set(figures.map((one) => one.id)),
  }
  const byKey = new Map(blocks.map((block) => [block.key, block]))
  const standsFor = (key: string) => {
    const block = byKey.get(key)
    return block ? { key, kind: block.kind, text: of.text.slice(block.start, block.end) } : null
  }
  const isResolved = (name: string, one: string) =>
    name === 'Claim' || name === 'Figure' ? resolved[name].has(one) : true
  return ok({
    contentHash: of.contentHash,
    files: [...of.files].sort((a, b) => (a.path < b.path ? -1 : 1)),
    cover,
    questionnaire,
    documents: documents.map(({ file, writeup, title, tree }): Writeup => {
      const source = sourceOf(sourceAt(file))
      const safe = safeTree(tree, { source, standsFor, isResolved })
      return { file, writeup, title, source, tree: safe ?? sourceTree(source) }
    }),
    blocks: blocks.map(
      (block, ord): Block => ({ ...block, ord, text: of.text.slice(block.start, block.end) }),
    ),
    text: of.text,
    textVersion: TEXT_VERSION,
    models: cover.models.flatMap((model) =>
      bytes.has(model.file) ? [{ ...model, source: sourceAt(model.file) }] : [],
    ),
    claims,
    simulations,
    figures,
    answers,
    charts,
    runs,
    terms,
  })
}

/** Keys of blocks that no passage of the page carries: their threads stand apart. */
export function undrawnKeys({
  documents,
  blocks,
}: Pick<Bundle, 'documents' | 'blocks'>): ReadonlySet<string> {
  const drawn = new Set(documents.flatMap(blocksOfWriteup).map(({ key }) => key))
  return new Set(blocks.flatMap(({ key }) => (drawn.has(key) ? [] : [key])))
}
