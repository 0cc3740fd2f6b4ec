/**
 * A comment that came by mail, on its way out again: it is no Markdown, its lines stay as its writer set them. What a
 * list would refuse (a line too long, a line that reads as something else) is wrapped and defused as prose is.
 */

import type { Mailbox } from '#lib/mail/message/message.ts'
import { cleanText } from '#lib/mail/text/clean.ts'
import { TRAILER } from '#lib/mail/text/line-signs.ts'
import { prose } from '#lib/mail/text/prose.ts'
import { verbatim } from '#lib/mail/text/verbatim.ts'

export type LiteralOptions = {
  readonly sender: Mailbox
  /** By the position of the quote among `quotesInLiteral(text)`: the `>` lines that stand for it. */
  readonly quotes: ReadonlyMap<number, readonly string[]>
}

type Run = { readonly kind: 'quote' | 'set-in' | 'own'; readonly lines: string[] }

/** Words of the quotes with words of the comment below them, in order; as `quotesIn` of a comment in Markdown. */
export function quotesInLiteral(text: string): string[] {
  const runs = runsOf(text)
  const last = runs.findLastIndex(({ kind }) => kind !== 'quote')
  return runs
    .filter(({ kind }, i) => kind === 'quote' && i < last)
    .map(({ lines }) =>
      lines
        .map(unmarked)
        .filter((line) => line !== '[...]')
        .join('\n'),
    )
}

/** Lines of the mail's own part; never empty, no blank lines at the ends. */
export function literalText(text: string, { sender, quotes }: LiteralOptions): string[] {
  let quote = 0
  const lines = runsOf(withoutLooseNumbers(cleanText(text).text)).flatMap(({ kind, lines: run }) => {
    if (kind === 'quote') return [...(quotes.get(quote++) ?? verbatim(run.map(unmarked), '    ')), '']
    if (kind === 'set-in') return verbatim(run, '')
    return run.flatMap((line) => (line.trim() === '' ? [''] : ownLine(line, sender)))
  })
  const out = verbatim(lines, '')
  return out.length > 0 ? out : ['(A comment without visible words.)']
}

const unmarked = (line: string) => line.replace(/^(?:> ?)+/, '')

function ownLine(line: string, sender: Mailbox): readonly string[] {
  if (isOwnTrailer(line, sender) || /^\[\d{1,3}\] https?:\/\/\S+$/.test(line)) return [line]
  const words = line.trim().split(/\s+/)
  const indent = ' '.repeat(Math.min(3, line.length - line.trimStart().length))
  return prose(words, { first: indent, rest: indent }).lines
}

function isOwnTrailer(line: string, { address }: Mailbox): boolean {
  const named = /^[A-Z][A-Za-z]*(?:-[A-Za-z]+)*-by: (?:[^<>@]*\S )?<?([^<>@\s]+@[^<>@\s]+?)>?(?: #.*)?$/.exec(
    line,
  )?.[1]
  return TRAILER.test(line) && named?.toLowerCase() === address.toLowerCase()
}

/**
 * Numbers of links mean something when all are there, in order, below the words; else they are set in round brackets.
 * What is quoted or set in is not looked at, as no linter does.
 */
function withoutLooseNumbers(text: string): string {
  const lines = text.trimEnd().split('\n')
  const isOwn = (line: string) => !/^(?:>| {4}|\t)/.test(line)
  const from = lines.findLastIndex((line) => !/^\[\d{1,3}\] https?:\/\/\S+$/.test(line)) + 1
  const words = lines.slice(0, from).filter(isOwn).join('\n')
  const defined = lines.slice(from).map((line) => Number(/\d+/.exec(line)?.[0]))
  const used = new Set([...words.matchAll(/\[(\p{Nd}{1,3})\]/gu)].map(([, n]) => Number(n)))
  const isWhole = defined.every((n, i) => n === i + 1 && used.has(n)) && used.size === defined.length
  if (isWhole) return text
  return lines.map((line) => (isOwn(line) ? line.replace(/\[(\p{Nd}{1,3})\]/gu, '($1)') : line)).join('\n')
}

/** Stretches of quoted lines, of lines that are set in, and of others; empty lines belong to the one before. */
function runsOf(text: string): Run[] {
  const runs: Run[] = []
  for (const line of text.split('\n')) {
    const last = runs.at(-1)
    const kind = line.startsWith('>') ? 'quote' : /^(?: {4}|\t)/.test(line) ? 'set-in' : 'own'
    if (last && line.trim() === '') {
      if (last.kind !== 'quote') last.lines.push('')
    } else if (last?.kind === kind) last.lines.push(line)
    else runs.push({ kind, lines: [line] })
  }
  return runs
}
