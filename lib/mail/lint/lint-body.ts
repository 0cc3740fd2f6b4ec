/**
 * Rules B0 to B21: the text of one mail, line by line.
 *
 * A line is one of three kinds, and most rules hold for one kind only: prose; verbatim (indented by four
 * columns or a tab, or part of a diff), which may be wide and hold anything visible; quoted (`>`), which is
 * somebody else's text.
 */

import { utf8Length } from '#lib/mail/message/utf8.ts'
import { ATTRIBUTION, CITATION, PATCH_START, SCISSORS } from '#lib/mail/text/line-signs.ts'
import { LEFTOVER_MARKUP } from '#lib/mail/text/markup.ts'
import { type TableRow, tableDefects } from '#lib/mail/text/table-defects.ts'
import { REVIEW_TRAILER, TRAILER } from '#lib/mail/text/trailer.ts'
import { displayWidth } from '#lib/mail/text/width.ts'
import { type Report, softened } from './finding.ts'
import type { HeaderFacts } from './lint-headers.ts'

export type BodyFacts = Pick<HeaderFacts, 'tag' | 'isReply' | 'from' | 'typed'> & {
  /** Line of the mailbox file at which the text begins. */
  readonly bodyLine: number
  readonly wrapAt: number
}

/** Upstream's own limit; `wrapAt` may be stricter. */
const MAX_PROSE = 75
const MAX_VERBATIM = 100
const MAX_LINE_BYTES = 998

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL = /[\0-\x08\x0a-\x1f\x7f-\x9f]/
const BIDI = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/
const INVISIBLE = /[\u200b-\u200d\u2060\ufeff\u00ad\u00a0\u2007\u202f\u2028\u2029\u2003\u2002\u2009\u3000]/
const UNSEEN = new RegExp(`${CONTROL.source}|${BIDI.source}|${INVISIBLE.source}`)
const MISSPELT_TRAILER =
  /^(reviewed|acked|tested|nacked|nack|ack|naked|signed[ -]off)[ -]?by(?![\p{L}\p{N}_])/iu
const PERSON = /^.*\S <[^<>@\s]+@[^<>@\s]+>(?: #.*)?$|^[^<>@\s]+@[^<>@\s]+$/s

/** `firm`: for rules that hold whoever typed the words; see `softened`. */
export function lintBody(text: string, facts: BodyFacts, firm: Report): void {
  const first = facts.bodyLine
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const report = softened(firm, facts, lines)
  const error = (rule: string, line: number, what: string) => report(rule, 'error', line, what)
  if (text.trim() === '') error('B0', first, 'empty body')
  if (text.startsWith('\n')) error('B0', first, 'body starts with an empty line')
  if (/\n{4,}/.test(text)) report('B0', 'warning', first, 'three or more empty lines in a row')
  if (text.normalize('NFC') !== text) error('B6', first, 'body is not NFC')

  const signature = lintSignature(lines, first, report)
  const inSignature = (k: number) => signature !== null && k > signature
  const hasDiff = lines.some((l) => l.startsWith('diff --git '))
  const cut = lines.indexOf('---')
  if (cut >= 0 && !hasDiff) {
    error('B8', first + cut, '"---" line without a diff: git mailinfo/am and b4 cut the text here')
  }

  const links = new LinkNumbers(first, report)
  let table: TableRow[] = []
  let inDiff = false
  lines.forEach((l, k) => {
    const line = first + k
    const bytes = utf8Length(l)
    if (bytes > MAX_LINE_BYTES) firm('B2', 'error', line, `line of ${bytes} bytes`)
    lintCharacters(l, line, inDiff || l.startsWith('>'), report)
    if (l.startsWith('From '))
      firm('B7', 'error', line, 'body line starts with "From " (mboxo software will mangle it)')
    if (l.startsWith('>From '))
      firm('B7', 'error', line, '">From " in the text: mboxo escaping leaked into the content')
    if (l.startsWith('diff --git ')) inDiff = true
    else if (inDiff && l === '-- ') inDiff = false
    if (!inDiff && l !== '-- ' && /[ \t]$/.test(l)) error('B3', line, 'trailing white space')
    if (l.startsWith('>')) {
      if (!/^>+( .*)?$/s.test(l))
        error('B16', line, `quote prefix must be ">"s, one space: ${l.slice(0, 30)}`)
      return
    }
    if (!inDiff && !hasDiff && PATCH_START.test(l)) {
      error('B8', line, 'line looks like the start of a patch to git mailinfo')
    }
    if (SCISSORS.test(l)) error('B8', line, 'scissors line: git am --scissors drops all text above')
    if (inSignature(k)) return

    const isVerbatim = inDiff || l.startsWith('    ') || l.startsWith('\t')
    if (isVerbatim) {
      const width = displayWidth(l)
      if (!inDiff && width > MAX_VERBATIM) report('B1', 'warning', line, `verbatim line of ${width} columns`)
    } else lintProse(l, line, facts.wrapAt, report)

    links.see(l, line, lines[k + 1] ?? '', isVerbatim)

    const row = l.trim()
    if (isVerbatim && !inDiff && /^(\+[-=+]{2,}\+|\|.*\|)$/s.test(row)) {
      table.push({ line, width: displayWidth(l.trimEnd()), text: row })
    } else {
      lintTable(table, report)
      table = []
    }
  })
  lintTable(table, report)
  links.finish()
  lintLocalLinks(lines, first, report)
  lintTrailers(lines.slice(0, signature === null ? lines.length : signature + 1), facts, report, firm)
  if (facts.tag && !facts.isReply && facts.tag.part === 0) lintCover(text, facts.tag, first, report)
  if (facts.isReply) lintReply(lines, signature, first, report)
}

function lintSignature(lines: readonly string[], first: number, report: Report): number | null {
  const marks = lines.flatMap((l, k) => (l === '-- ' ? [k] : []))
  for (const k of marks.slice(1)) report('B9', 'error', first + k, 'second signature separator')
  const signature = marks[0]
  if (signature === undefined) return null
  const length = lines.length - signature - 1
  if (length > 4) report('B9', 'error', first + signature, `signature of ${length} lines`)
  return signature
}

/** At most one finding a line: the first character that nobody can see. `isAsItWas`: code, or somebody's words, quoted. */
function lintCharacters(l: string, line: number, isAsItWas: boolean, report: Report): void {
  const character = UNSEEN.exec(l)?.[0]
  if (character === undefined) return
  const name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  if (CONTROL.test(character)) report('B5', 'error', line, `control character ${name}`)
  else if (BIDI.test(character)) report('B5', 'error', line, `bidi control ${name}`)
  else report('B5', isAsItWas ? 'warning' : 'error', line, `invisible or odd space ${name}`)
}

function lintProse(l: string, line: number, wrapAt: number, report: Report): void {
  if (l.includes('\t')) report('B4', 'error', line, 'tab in prose')
  const width = displayWidth(l)
  const mayBeLong =
    TRAILER.test(l) ||
    CITATION.test(l) ||
    !/\S\s+\S/.test(l.replace(/^[-* ]+|[-* ]+$/g, '')) ||
    /^\s*(?:[-*] )?Link to v\d+: \S+$/.test(l) ||
    (ATTRIBUTION.test(l) && width <= 100)
  if (width > MAX_PROSE && !mayBeLong) report('B1', 'error', line, `prose line of ${width} columns`)
  else if (width > wrapAt && !mayBeLong) {
    report('B1', 'error', line, `prose line of ${width} columns (wrap at ${wrapAt})`)
  }
  const markup = LEFTOVER_MARKUP.find(({ pattern }) => pattern.test(l))
  if (markup) report('B10', 'error', line, `${markup.what} left in the text: ${l.trim().slice(0, 60)}`)
}

const LOCAL_ADDRESS =
  /https?:\/\/(?:[a-z0-9-]+\.)*(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1\])(?![a-z0-9.-])/i

/** Rule B21: an address of this machine is the reader's own machine to him. One finding a mail. */
function lintLocalLinks(lines: readonly string[], first: number, report: Report): void {
  const local = lines.flatMap((l, k) => (!l.startsWith('>') && LOCAL_ADDRESS.test(l) ? [k] : []))
  const [line] = local
  if (line === undefined) return
  const links = local.length === 1 ? 'a link leads' : `${local.length} links lead`
  report(
    'B21',
    'warning',
    first + line,
    `${links} to this machine: set COHERENT_URL, or the cover's base-url`,
  )
}

const URL = /https?:\/\/\S+/
const REFERENCE = /(?<![\p{L}\p{N}_\]])\[(\p{Nd}{1,3})\](?!\()/gu

/** Rule B11: `[n]` in the text and `[n] URL` below it belong together. */
class LinkNumbers {
  private readonly defined = new Map<string, string>()
  private readonly used: { readonly number: string; readonly line: number }[] = []
  private readonly first: number
  private readonly report: Report

  constructor(first: number, report: Report) {
    this.first = first
    this.report = report
  }

  see(l: string, line: number, next: string, isVerbatim: boolean): void {
    const citation = CITATION.exec(l)
    if (citation) {
      const [, number = '', url = ''] = citation
      if (this.defined.has(number)) this.report('B11', 'error', line, `link [${number}] defined twice`)
      this.defined.set(number, url)
      if (!/^https?:\/\/\S+$/.test(url)) {
        this.report('B11', 'error', line, `link definition is not one whole URL: ${url.slice(0, 60)}`)
      }
      if (next.trim() !== '' && !/^\[\d+\] |^-- $|^(Changes in|change-id:|base-commit:)/.test(next)) {
        const what = `text right below a link definition (wrapped URL?): ${next.slice(0, 60)}`
        this.report('B11', 'error', line + 1, what)
      }
    } else if (!isVerbatim) {
      for (const [, number = ''] of l.matchAll(REFERENCE)) this.used.push({ number, line })
      const isSentence = l.split(/\s+/).filter((word) => word !== '').length > 4
      if (URL.test(l) && isSentence && !l.startsWith('- Link to v')) {
        this.report('B11', 'warning', line, 'URL inside prose, use a numbered link')
      }
    }
  }

  finish(): void {
    for (const { number, line } of this.used) {
      if (!this.defined.has(number)) {
        this.report('B11', 'error', line, `[${number}] used but not defined in this mail`)
      }
    }
    for (const number of this.defined.keys()) {
      if (!this.used.some((use) => use.number === number)) {
        this.report('B11', 'error', this.first, `[${number}] defined but not used`)
      }
    }
    const numbers = [...this.defined.keys()]
    if (numbers.some((number, i) => Number(number) !== i + 1)) {
      this.report('B11', 'error', this.first, `links not numbered 1..n in order: ${numbers.join(',')}`)
    }
  }
}

function lintTable(rows: readonly TableRow[], report: Report): void {
  const line = rows[0]?.line ?? 0
  for (const what of tableDefects(rows)) report('B12', 'error', line, what)
}

function lintTrailers(lines: readonly string[], facts: BodyFacts, report: Report, firm: Report): void {
  lines.forEach((l, k) => {
    const line = facts.bodyLine + k
    const trailer = TRAILER.exec(l)?.groups
    if (trailer && REVIEW_TRAILER.test(trailer.key ?? '')) {
      const value = trailer.value ?? ''
      if (!PERSON.test(value)) report('B18', 'error', line, `trailer value is not "Name <mail>": ${l}`)
      else if (facts.isReply) {
        const address = /[^<>\s]+@[^<>\s]+/.exec(value)?.[0] ?? ''
        if (address.toLowerCase() !== facts.from.address.toLowerCase()) {
          firm('B18', 'error', line, `trailer person is not the sender (b4 ignores it): ${l}`)
        }
      }
    } else if (!trailer && MISSPELT_TRAILER.test(l)) report('B18', 'error', line, `misspelt trailer: ${l}`)
  })
}

function lintCover(
  text: string,
  tag: { readonly version: string; readonly parts: number },
  first: number,
  report: Report,
): void {
  const version = Number(tag.version || 1)
  if (version > 1) {
    if (!new RegExp(`^Changes in v${version}:$`, 'm').test(text)) {
      report('B19', 'error', first, `no "Changes in v${version}:" section in the cover letter`)
    }
    if (!new RegExp(`^- Link to v${version - 1}: https://\\S+/\\S+@\\S+?/?$`, 'm').test(text)) {
      report('B19', 'error', first, `no "- Link to v${version - 1}: https://.../<message-id>" line`)
    }
  }
  const listed = new Set([...text.matchAll(partLine(tag.parts))].map((m) => Number(m[1])))
  const all = Array.from({ length: tag.parts }, (_, i) => i + 1)
  if (listed.size !== all.length || !all.every((part) => listed.has(part))) {
    report('B20', 'error', first, `cover letter does not list all parts 1..${tag.parts}`)
  }
}

/** How the cover lists part n of `parts`: `  1/4  Title`. An empty line before it counts as indentation. */
function partLine(parts: number): RegExp {
  return new RegExp(`^\\s+(\\p{Nd}+)/${parts}(?![\\p{L}\\p{N}_])`, 'gmu')
}

/** Rules B15 and B17 as far as one reply shows them by itself. */
function lintReply(lines: readonly string[], signature: number | null, first: number, report: Report): void {
  const error = (rule: string, line: number, what: string) => report(rule, 'error', line, what)
  const own: number[] = []
  const quoted: number[] = []
  lines.forEach((l, k) => {
    if (l.startsWith('>')) quoted.push(k)
    else if (
      l.trim() !== '' &&
      !ATTRIBUTION.test(l) &&
      l !== '-- ' &&
      !(signature !== null && k > signature)
    ) {
      own.push(k)
    }
  })
  const [firstOwn, lastOwn] = [own[0], own.at(-1)]
  const [firstQuote, lastQuote] = [quoted[0], quoted.at(-1)]
  if (firstOwn === undefined) error('B17', first, 'reply has no text of its own')
  if (firstQuote === undefined || lastQuote === undefined) return
  if (!lines.slice(0, firstQuote).some((l) => ATTRIBUTION.test(l))) {
    error('B15', first + firstQuote, 'quote without an attribution line "On DATE, NAME wrote:"')
  }
  if (firstOwn === undefined || lastOwn === undefined) return
  if (lastQuote > lastOwn) error('B17', first + lastQuote, 'quoted text after the last answer (trim it)')
  const greets = /^(Hi|Hello|Dear|[A-Z][\p{L}\p{N}_ ,]*,$)/u.test(lines[firstOwn] ?? '')
  if (firstOwn < firstQuote && !greets && firstQuote - firstOwn > 3 && lastOwn < firstQuote) {
    error('B17', first, 'top posting')
  }
}
