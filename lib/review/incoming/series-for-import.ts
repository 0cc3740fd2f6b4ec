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
): MailedSeries {
  const places = linesOfBlocks(series, blocks)
  const sections = new Map(blocks.map((block) => [block.key, block.sectionNumber]))
  const parts = series.messages.map(
    (message, number): MailedPart => ({
      messageId: message.messageId,
      number,
      subject: message.subject,
      author: message.from,
      text: message.body,
      passages: passagesOf(message, number, places, sections),
    }),
  )
  return { key, revision, parts }
}

/** Of several blocks on the same lines (a figure and its diagram) the first, as passages do not overlap. */
function passagesOf(
  { body }: Message,
  part: number,
  places: ReadonlyMap<string, BlockLines>,
  sections: ReadonlyMap<string, string | null>,
): Passage[] {
  const starts = [0]
  for (const line of body.split('\n')) starts.push((starts.at(-1) ?? 0) + line.length + 1)
  const own = [...places].filter(([, place]) => place.part === part)
  const passages: Passage[] = []
  for (const [id, { from, to }] of own.sort((a, b) => a[1].from - b[1].from)) {
    const start = starts[from] ?? 0
    if (start < (passages.at(-1)?.end ?? 0)) continue
    passages.push({ id, section: sections.get(id) ?? null, start, end: (starts[to] ?? 0) - 1 })
  }
  return passages
}
