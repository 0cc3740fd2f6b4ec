/**
 * A revision as the importer needs it: the mails as they went out, and which block each stretch of them was made
 * from. The same rendering that is exported, so that what a list quotes is found letter by letter.
 */
import type { MailedPart, MailedSeries, Passage } from '#lib/mail/import/mailed-series.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { type BlockLines, linesOfBlocks } from '#lib/review/export/block-lines.ts'
import type { RenderedSeries } from '#lib/review/export/series.ts'
import type { Block } from '#lib/writeup/blocks/blocks.ts'

/** `key` names the series among all that the importer knows. A passage is named by the key of its block. */
export function seriesForImport(
  key: string,
  revision: number,
  series: Pick<RenderedSeries, 'messages' | 'sources'>,
  blocks: readonly Block[],
  /** The same revision as it was mailed by earlier versions of this program. */
  earlier: readonly Pick<RenderedSeries, 'messages' | 'sources'>[] = [],
): MailedSeries {
  const places = linesOfBlocks(series, blocks)
  const before = earlier.map((of) => ({ of, places: linesOfBlocks(of, blocks) }))
  const byKey = new Map(blocks.map((block) => [block.key, block]))
  const parts = series.messages.map(
    (message, number): MailedPart => ({
      messageId: message.messageId,
      number,
      subject: message.subject,
      author: message.from,
      text: message.body,
      passages: passagesOf(message, number, places, byKey, series.sources[number]?.lines ?? []),
      earlier: before.flatMap(({ of, places: at }) => {
        const mailed = of.messages[number]
        if (!mailed || mailed.body === message.body) return []
        return [
          {
            text: mailed.body,
            passages: passagesOf(mailed, number, at, byKey, of.sources[number]?.lines ?? []),
          },
        ]
      }),
    }),
  )
  return { key, revision, parts }
}

/**
 * Of several blocks on the same lines (a figure and its diagram) the first, as passages do not overlap. A passage has
 * all lines that were made from its block, also those that a reply of ours would not quote: the drawing above a figure's
 * caption, the frame of a table, verdict and trace below a claim.
 */
function passagesOf(
  { body }: Message,
  part: number,
  places: ReadonlyMap<string, BlockLines>,
  blocks: ReadonlyMap<string, Block>,
  sources: readonly (number | null)[],
): Passage[] {
  const starts = [0]
  for (const line of body.split('\n')) starts.push((starts.at(-1) ?? 0) + line.length + 1)
  const own = [...places].filter(([, place]) => place.part === part).sort((a, b) => a[1].from - b[1].from)
  const drawings = drawingsOf([...blocks.values()])
  const spans: { readonly id: string; from: number; to: number }[] = []
  for (const [id, { from, to }] of own) {
    const before = spans.at(-1)?.to ?? 0
    if (from < before) continue
    const drawn = sources.indexOf(drawings.get(id) ?? Number.NaN, before)
    let first = drawn >= 0 && drawn < from ? drawn : from
    while (first > before && sources[first - 1] != null && sources[first - 1] === sources[first]) first--
    spans.push({ id, from: first, to })
  }
  // What was made from the document and is nobody else's belongs to the block above it, but what explains a word below the
  // text is of the passage that the word stands in.
  const lines = body.split('\n')
  const ofLine = own.flatMap(([id]) => blocks.get(id) ?? []).sort((a, b) => a.line - b.line)
  const explaining: typeof spans = []
  spans.forEach((span, i) => {
    const next = spans[i + 1]?.from ?? sources.length
    let current = span
    for (let line = span.to; line < next; line++) {
      const source = sources[line]
      if (source == null) continue
      if (/^\(note \d+\) /.test(lines[line] ?? '')) {
        const id = ofLine.findLast((block) => block.line <= source)?.key ?? span.id
        current = { id, from: line, to: line }
        explaining.push(current)
      }
      current.to = line + 1
    }
  })
  spans.push(...explaining)
  spans.sort((a, b) => a.from - b.from)
  return spans.map(({ id, from, to }) => ({
    id,
    section: blocks.get(id)?.sectionNumber ?? null,
    start: starts[from] ?? 0,
    end: (starts[to] ?? 0) - 1,
  }))
}

/** By figure: the source line that its drawing is made from, of the diagram right behind it; of a chart its own. */
function drawingsOf(blocks: readonly Block[]): ReadonlyMap<string, number> {
  return new Map(
    blocks.flatMap((block, i) => {
      const next = blocks[i + 1]
      if (block.kind !== 'figure') return []
      return [[block.key, next?.kind === 'diagram' ? next.line : block.line] as const]
    }),
  )
}
