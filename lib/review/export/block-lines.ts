/**
 * Which lines of a mailed part are a block: what a reply quotes, and where an imported quote leads back to.
 *
 * Each line of a part knows the source line that it was rendered from (`MessageSource`), and each block the source
 * line that it begins at. That settles words. Code and tables are rendered as a whole from the line of their first
 * row, so their lines are told apart by what they say and by their order.
 *
 * | kind                                        | lines                                                    |
 * |---------------------------------------------|----------------------------------------------------------|
 * | `heading`                                   | its words, without the underline                         |
 * | `paragraph`, `list-item`, `simulation`      | its words                                                |
 * | `claim`                                     | `Claim id:` and the sentence, without the verdict        |
 * | `evidence`                                  | its first lines, without what was done                   |
 * | `table-row`                                 | the row; of a table that is mailed as blocks, its block  |
 * | `code-line`                                 | the line                                                 |
 * | `figure`, and the `diagram` within          | the caption                                              |
 * | `diagram` without a figure                  | the drawing                                              |
 */
import { squeeze } from '#lib/mail/import/squeeze.ts'
import type { Block } from '#lib/writeup/blocks/blocks.ts'
import type { RenderedSeries } from './series.ts'

/** Lines of one part's body, from 0; `to` is exclusive. */
export type BlockLines = { readonly part: number; readonly from: number; readonly to: number }

/** By block key. A block that the mail shows no line of is left out. `blocks`: of the revision, in their order. */
export function linesOfBlocks(
  series: Pick<RenderedSeries, 'messages' | 'sources'>,
  blocks: readonly Block[],
): Map<string, BlockLines> {
  const found = new Map<string, BlockLines>()
  series.sources.forEach((source, part) => {
    const lines = series.messages[part]?.body.split('\n') ?? []
    const own = blocks.filter((block) => `${block.writeup}.mdx` === source.file)
    for (const [key, { from, to }] of new PartLines(lines, source.lines).find(own)) {
      found.set(key, { part, from, to })
    }
  })
  return found
}

type Run = { readonly from: number; readonly to: number }

class PartLines {
  readonly #lines: readonly string[]
  /** Runs of lines without an empty one, by the source line that they have in common. */
  readonly #runs = new Map<number, Run[]>()
  readonly #sourceLines: readonly number[]

  constructor(lines: readonly string[], sources: readonly (number | null)[]) {
    this.#lines = lines
    let from = 0
    for (let at = 0; at <= sources.length; at++) {
      const isRun = at > from && sources[from] !== null && lines[from] !== ''
      if (at < sources.length && sources[at] === sources[from] && lines[at] !== '' && isRun) continue
      if (isRun) {
        const source = sources[from] ?? 0
        this.#runs.set(source, [...(this.#runs.get(source) ?? []), { from, to: at }])
      }
      from = at
    }
    this.#sourceLines = [...this.#runs.keys()].sort((a, b) => a - b)
  }

  find(blocks: readonly Block[]): Map<string, Run> {
    const found = new Map<string, Run>()
    const used = new Map<number, number>()
    let figure: Run | null = null
    for (const block of blocks) {
      const run = this.#linesOf(block, used, figure)
      // Only the diagram right behind its figure is the figure's content.
      figure = block.kind === 'figure' ? run : null
      if (run) found.set(block.key, run)
    }
    return found
  }

  /** `used`: how many runs, lines or rows of a source line the blocks before have taken. */
  #linesOf(block: Block, used: Map<number, number>, figure: Run | null): Run | null {
    const take = (source: number) => {
      const n = used.get(source) ?? 0
      used.set(source, n + 1)
      return n
    }
    switch (block.kind) {
      case 'heading': {
        const run = this.#runs.get(block.line)?.[0]
        return run && run.to - run.from > 1 ? { from: run.from, to: run.to - 1 } : (run ?? null)
      }
      case 'paragraph':
      case 'list-item':
      case 'simulation':
        return this.#runs.get(block.line)?.[take(block.line)] ?? null
      case 'evidence':
        return this.#runs.get(block.line)?.[0] ?? null
      case 'claim':
        return this.#startingWith(new RegExp(`(?:^|[^\\S\\n])Claim ${escaped(block.key)}(?: |:|$)`))
      case 'figure':
        return (
          this.#runs
            .get(block.line)
            ?.find(({ from }) => /^ +(?:Figure|Table) [\d.]+: /.test(this.#at(from))) ?? null
        )
      case 'diagram':
        return figure ?? this.#whole(block.line)
      case 'code-line':
        return this.#codeLine(block, used)
      case 'table-row':
        return this.#tableRow(block, take)
    }
  }

  #at(line: number): string {
    return this.#lines[line] ?? ''
  }

  /** From the line that fits to the end of its paragraph. */
  #startingWith(pattern: RegExp): Run | null {
    const from = this.#lines.findIndex((line) => pattern.test(line))
    if (from < 0) return null
    const end = this.#lines.indexOf('', from)
    return { from, to: end < 0 ? this.#lines.length : end }
  }

  #whole(source: number): Run | null {
    const runs = this.#runs.get(source)
    const [first, last] = [runs?.[0], runs?.at(-1)]
    return first && last ? { from: first.from, to: last.to } : null
  }

  /** Every line that was rendered from the code or table around the source line, and that one's source line. */
  #around(source: number): { start: number; lines: number[] } {
    const start = this.#sourceLines.findLast((line) => line <= source) ?? 0
    const runs = this.#runs.get(start) ?? []
    return {
      start,
      lines: runs.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)),
    }
  }

  #codeLine(block: Block, used: Map<number, number>): Run | null {
    const { start, lines } = this.#around(block.line - 1)
    const wanted = squeeze(block.text).text
    const at = lines.findIndex((line, i) => {
      const shown = squeeze(this.#at(line)).text
      // A line may have been cut, or have got a dot that keeps it from being taken for a table.
      return (
        i >= (used.get(start) ?? 0) && shown !== '' && (wanted.startsWith(shown) || shown === `${wanted}.`)
      )
    })
    const line = lines[at]
    if (line === undefined) return null
    used.set(start, at + 1)
    return { from: line, to: line + 1 }
  }

  #tableRow(block: Block, take: (source: number) => number): Run | null {
    const { start, lines } = this.#around(block.line)
    const rows = lines.filter((line) => this.#at(line).trim().startsWith('|'))
    // The header, the line of dashes, then a row a line.
    const row = block.line === start ? 0 : block.line - start - 1
    const line = rows[row]
    if (line !== undefined) return { from: line, to: line + 1 }
    const runs = (this.#runs.get(start) ?? []).filter(({ from }) => /^ {4}/.test(this.#at(from)))
    const last = runs.at(-1)
    // With a caption of its own that is the figure's, and no line of the table.
    const caption = last && /^ +Table [\d.]+/.test(this.#at(last.from)) ? last : null
    const records = caption ? runs.slice(0, -1) : runs
    // The header of a table of blocks stands in none of them; the caption names the table.
    if (block.line === start) return caption ?? records[0] ?? null
    return records[take(start)] ?? last ?? null
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
