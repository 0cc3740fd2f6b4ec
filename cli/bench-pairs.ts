import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type MappedText, mapRevisions, type RevisionMap } from '#lib/anchor/revision-map.ts'
import { blocksOfRevision } from '#lib/writeup/blocks/blocks.ts'
import { isNamedBlock } from '#lib/writeup/blocks/named-block.ts'
import { readForeign } from '#lib/writeup/parse/parse.ts'
import { parseArguments } from './arguments.ts'
import { exitCode } from './exit-code.ts'

/**
 * Pairs of texts from a file: what `port-bench` and `diff-bench` have in common. Texts of others are no write-ups, so what
 * cannot be read as one is read as Markdown, and as lines where that fails, too.
 */
const PairsSchema = z.array(
  z.object({
    id: z.union([z.string(), z.number()]),
    old: z.string(),
    new: z.string(),
    /** Offsets are into the texts as they are, which are not read as documents. */
    raw: z.boolean().optional(),
    anchors: z
      .array(
        z.object({
          id: z.union([z.string(), z.number()]),
          start: z.int().min(0),
          end: z.int().min(0),
        }),
      )
      .default([]),
  }),
)
export type Pair = z.output<typeof PairsSchema>[number]

export type MappedPair = { readonly pair: Pair; readonly revisions: RevisionMap }

const OPTIONS = { texts: { type: 'boolean' } } as const

/** Runs `measure` over each pair of the file that the arguments name, and writes what it gives as one JSON list. */
export async function benchPairs(
  name: string,
  what: string,
  measure: (mapped: MappedPair) => readonly object[],
): Promise<void> {
  const usage = `npm run --silent ${name} -- PAIRS.json [--texts]

  PAIRS.json  [{"id", "old", "new", "anchors": [{"id", "start", "end"}]}]: texts, and UTF-16 offsets into the plain
              text that the program makes of "old"; with "raw": true beside them, into "old" as it is
  --texts     writes those plain texts instead: [{"id", "old", "new"}]

${what}`
  try {
    const parsed = parseArguments(OPTIONS, process.argv.slice(2))
    if (!parsed.ok) throw new Error(parsed.error)
    if (parsed.value === 'help') {
      console.log(usage)
      return
    }
    const { values, operands } = parsed.value
    const [file] = operands
    if (file === undefined || operands.length > 1) throw new Error('name one file')
    const pairs = PairsSchema.safeParse(JSON.parse(await readFile(file, 'utf8')))
    if (!pairs.success) throw new Error(`${file}: ${z.prettifyError(pairs.error)}`)
    const lines: string[] = []
    for (const pair of pairs.data) {
      const [old, now] = [textOf(pair.old, pair.raw), textOf(pair.new, pair.raw)]
      const results = values.texts
        ? [{ id: pair.id, old: old.text, new: now.text }]
        : measure({ pair, revisions: mapRevisions(old, now) })
      for (const result of results) lines.push(JSON.stringify(result))
    }
    process.stdout.write(`[\n${lines.join(',\n')}\n]\n`)
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exitCode = exitCode.WRONG_USE
  }
}

function textOf(source: string, isRaw: boolean | undefined): MappedText {
  if (isRaw) return { text: source, blocks: rawBlocks(source) }
  const { text, blocks } = blocksOfRevision([readForeign(source)])
  return {
    text,
    blocks: blocks.map((block) => ({ ...block, isNamed: isNamedBlock(block) })),
  }
}

/** Paragraphs between empty lines; a heading, an item of a list or a row of a table is one of its own. */
function rawBlocks(text: string): MappedText['blocks'] {
  const starts: number[] = []
  const ends: number[] = []
  let isInside = false
  let at = 0
  for (const line of text.split('\n')) {
    const isEmpty = line.trim() === ''
    const isOwn = /^\s*(?:[-*+] |\d+[.)] |#+ |\|)/.test(line)
    if (!isEmpty && (!isInside || isOwn)) {
      starts.push(at)
      ends.push(at)
    }
    if (!isEmpty) ends[ends.length - 1] = at + line.length
    isInside = !isEmpty && !/^#+ /.test(line)
    at += line.length + 1
  }
  return starts.map((start, block) => ({
    key: String(block),
    start,
    end: ends[block] ?? start,
    isNamed: false,
  }))
}
