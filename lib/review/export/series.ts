/**
 * A revision as the thread that a list sees: the cover, and each write-up as a reply to it.
 *
 * A pure function of the bundle and of the verdicts that were stored with it. Date, ids, order and wrapping come
 * from there alone, so the same revision is the same bytes on every machine and on every day; who exports it and
 * when is not in it.
 *
 * The result is messages, not bytes: what is added to the thread later (review comments as quoted replies) is
 * more messages for the same writer.
 */

import type { Finding } from '#lib/mail/lint/finding.ts'
import { lintMbox } from '#lib/mail/lint/lint.ts'
import { displayNameOf, isSameAddress } from '#lib/mail/message/address.ts'
import { addSeconds, formatRfc5322Date, parseRfc3339 } from '#lib/mail/message/date.ts'
import { writeMbox } from '#lib/mail/message/mbox.ts'
import type { Mailbox, Message, MessageId } from '#lib/mail/message/message.ts'
import { partMessageId } from '#lib/mail/message/message-id.ts'
import { partPlace, THREAD_START } from '#lib/mail/message/threading.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'
import { prose } from '#lib/mail/text/prose.ts'
import { invariant } from '#lib/result.ts'
import { site } from '#lib/review/proposal/address.ts'
import { coverMailbox } from '#lib/review/revision/mailbox.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import {
  type ListTextContext,
  type ListTextEdition,
  listTextOf,
  type TextLine,
  type TextNote,
} from '#lib/writeup/list-text/list-text.ts'
import type { VerdictForMail } from '#lib/writeup/list-text/list-text-claim.ts'
import { wordsOfText } from '#lib/writeup/list-text/list-text-words.ts'
import type { Cover } from '#lib/writeup/parse/cover.ts'

/** The verdict of a claim as it is stored, and its counterexample as a table (`trace/cpu-table.ts`). */
export type CheckForMail = {
  readonly verdict: VerdictForMail
  /** Lines of at most 72 columns; empty when the verdict has no counterexample. */
  readonly trace: readonly string[]
  readonly traceStatements: number
}

export type RevisionForMail = {
  readonly slug: string
  readonly bundle: Pick<
    Bundle,
    | 'contentHash'
    | 'cover'
    | 'questionnaire'
    | 'documents'
    | 'models'
    | 'claims'
    | 'simulations'
    | 'figures'
    | 'charts'
    | 'runs'
    | 'terms'
  >
  /** By claim id. A claim without one is printed as not checked. */
  readonly checks: ReadonlyMap<string, CheckForMail>
  /** Where this instance is reached, for a bundle that does not say so itself. No final slash. */
  readonly siteUrl: string
  /** The cover of the revision before; null for the first. */
  readonly previousCover: MessageId | null
  /** Where the list's mail is archived, up to the Message-ID. */
  readonly archiveUrl?: string
  /** What the cover says of an incomplete revision (`gate/stamp.ts`); empty, or left out: nothing. */
  readonly stamp?: string
  /** How texts read; the newest when left out. */
  readonly edition?: ListTextEdition
}

export type RenderedSeries = {
  /** Cover first. */
  readonly messages: readonly Message[]
  /** For each message, the source of each line of its text: where a finding leads. */
  readonly sources: readonly MessageSource[]
  /** What the mail says in other words than the source. */
  readonly notes: readonly TextNote[]
  /** What the linter says of the mailbox; no errors, or the renderer has one. */
  readonly lint: readonly Finding[]
}

export type MessageSource = {
  /** Path in the bundle. */
  readonly file: string
  /** Line of the file for each line of the body; null for lines that no source stands behind. */
  readonly lines: readonly (number | null)[]
}

export const LORE = 'https://lore.kernel.org/r/'
const MAX_PHRASE = 75

export function renderSeries(revision: RevisionForMail): RenderedSeries {
  const { bundle } = revision
  const { cover, documents } = bundle
  const [coverDocument, ...parts] = documents
  invariant(coverDocument?.writeup === 'cover', 'the cover is the first document')

  const context = contextOf(revision)
  const { stamp = '' } = revision
  // The whole of it is the first line of the text; a subject has room for what it begins with.
  const mark = stamp === '' ? '' : `${stamp.split(',', 1)[0]}: `
  const phrases = subjectPhrases(cover, [`${mark}${cover.title}`, ...parts.map((part) => part.title)])
  const envelope = envelopeOf(cover)
  const coverId = coverMessageId(revision)
  const messages: Message[] = []
  const sources: MessageSource[] = []
  const notes: TextNote[] = []
  documents.forEach((document, i) => {
    const guard = (line: string) => guardPartNumbers(line, parts.length)
    const text = listTextOf(document, i === 0 ? { ...context, guard } : context)
    const lines =
      i === 0
        ? coverLines(
            revision,
            text.lines,
            text.links,
            parts.map((part) => part.title),
          )
        : withLinks(text)
    notes.push(...text.notes)
    sources.push({ file: document.file, lines: lines.map((line) => line.source) })
    messages.push({
      ...envelope,
      ...(i === 0 ? THREAD_START : partPlace(coverId)),
      messageId: i === 0 ? coverId : messageIdOf(revision, i),
      date: addSeconds(envelope.date, i),
      subject: `[RFC${cover.revision > 1 ? ` v${cover.revision}` : ''} ${i}/${parts.length}] ${phrases[i] ?? ''}`,
      note: null,
      body: `${lines.map((line) => line.text).join('\n')}\n`,
    })
  })
  return { messages, sources, notes, lint: lintMbox(mboxOf(messages), { kind: 'series' }) }
}

/** The id of a revision's cover: what the next revision's changelog links to. */
export function coverMessageId(revision: Pick<RevisionForMail, 'slug' | 'bundle'>): MessageId {
  return messageIdOf(revision, 0)
}

/** The mailbox file, as text that is to be written as UTF-8. For long threads stream `writeMbox` instead. */
export function mboxOf(messages: Iterable<Message>): string {
  return [...writeMbox(messages)].join('')
}

/** All mails to read in one go: who, when, what about; then the text as it was sent. */
export function textOf(messages: Iterable<Message>): string {
  return [...messages].map(readableText).join(textRule)
}

/** What stands between two mails of `textOf`. */
export const textRule = `\n${'_'.repeat(72)}\n\n`

function readableText({ subject, from, date, body }: Message): string {
  const who = from.name === '' ? from.address : `${from.name} <${from.address}>`
  return `Subject: ${subject}\nFrom: ${who}\nDate: ${formatRfc5322Date(date)}\n\n${body}`
}

function messageIdOf({ slug, bundle }: Pick<RevisionForMail, 'slug' | 'bundle'>, part: number): MessageId {
  const { revision, mailDomain } = bundle.cover
  const { date } = envelopeOf(bundle.cover)
  return partMessageId({ date, slug, revision, part, contentHash: bundle.contentHash, mailDomain })
}

/** Sender, receivers and date of all parts. Authors beside the first are asked for their opinion too. */
function envelopeOf(cover: Cover): Pick<Message, 'from' | 'to' | 'cc' | 'date'> {
  const [from, ...otherAuthors] = cover.authors.map(coverMailbox)
  const date = parseRfc3339(cover.date)
  // The front matter was checked; a failure here is a bug there.
  invariant(from && date.ok, 'a cover has an author and a date')
  const to = withoutRepeats(cover.to.map(coverMailbox), [])
  const cc = withoutRepeats([...cover.cc.map(coverMailbox), ...otherAuthors], [from, ...to])
  return { from, to, cc, date: date.value }
}

function withoutRepeats(boxes: readonly Mailbox[], known: readonly Mailbox[]): Mailbox[] {
  return boxes.filter(
    (box, i) =>
      !known.some((other) => isSameAddress(other, box)) &&
      !boxes.slice(0, i).some((other) => isSameAddress(other, box)),
  )
}

/** `area: phrase` for each mail, at most 75 characters, no two the same: lists thread by them. */
function subjectPhrases(cover: Cover, titles: readonly string[]): string[] {
  const area = cleanLine(cover.area)
  const used = new Set<string>()
  return titles.map((title, i) => {
    const plain = cleanLine(title) || `part ${i}`
    for (let repeat = 1; ; repeat++) {
      const mark = repeat === 1 ? '' : ` (${repeat})`
      const phrase = `${shortened(`${area}: ${plain}`, MAX_PHRASE - mark.length)}${mark}`
      if (used.has(phrase)) continue
      used.add(phrase)
      return phrase
    }
  })
}

function shortened(text: string, max: number): string {
  const characters = [...text]
  if (characters.length <= max) return text
  return `${characters
    .slice(0, max - 3)
    .join('')
    .trimEnd()}...`
}

function contextOf({ slug, bundle, checks, siteUrl, edition = 3 }: RevisionForMail): ListTextContext {
  const { cover, models, claims, simulations, figures, questionnaire, charts, runs, terms } = bundle
  return {
    revisionUrl: revisionUrl(slug, cover, siteUrl),
    edition,
    questions: new Map(questionnaire.questions.map(({ id, help }) => [id, help])),
    charts: new Map(charts.map(({ id, chart }) => [id, chart])),
    runs: new Map(runs.map((run) => [run.name, run])),
    terms: new Map(terms.map(({ name, says }) => [name, says])),
    figures: new Map(figures.map(({ id, number, ascii }) => [id, { number, ascii }])),
    claims: new Map(
      claims.map((claim) => {
        const check = checks.get(claim.id)
        const replay = simulations.find(({ trace }) => trace === claim.id)
        return [
          claim.id,
          {
            expect: claim.expect,
            isRequired: claim.required,
            modelFile: models.find(({ name }) => name === claim.model)?.file ?? claim.model,
            variant: claim.variant,
            defines: claim.defines,
            property: claim.property,
            verdict: check?.verdict ?? null,
            trace: check?.trace ?? [],
            traceStatements: check?.traceStatements ?? 0,
            replayAt: replay?.id ?? claim.id,
          },
        ]
      }),
    ),
  }
}

function revisionUrl(slug: string, cover: Cover, siteUrl: string): string {
  return `${cover.baseUrl ?? siteUrl}${site.revision(slug, cover.revision)}`
}

type Lines = readonly TextLine[]
const made = (lines: readonly string[]): TextLine[] => lines.map((text) => ({ text, source: null }))

function withLinks({ lines, links }: { lines: Lines; links: readonly string[] }): TextLine[] {
  return links.length === 0 ? [...lines] : [...lines, ...made(['', ...links])]
}

/**
 * The cover's own words, then what every cover has, in the order in which list readers look for it: the parts, a
 * link to the page, what changed, the change-id that tools follow a series by, a signature.
 */
function coverLines(
  revision: RevisionForMail,
  text: Lines,
  links: readonly string[],
  titles: readonly string[],
): TextLine[] {
  const { slug, bundle, siteUrl, previousCover, archiveUrl = LORE, stamp = '' } = revision
  const { cover } = bundle
  const page = revisionUrl(slug, cover, siteUrl)
  const known = links.findIndex((line) => line.endsWith(` ${page}`))
  const number = known >= 0 ? known + 1 : links.length + 1
  const rendered = `A rendered version, with the models to run and the threads, is at [${number}].`
  const allLinks = known >= 0 ? links : [...links, `[${number}] ${page}`]
  const previous = cover.revision - 1
  const changes =
    cover.revision === 1
      ? []
      : [
          `Changes in v${cover.revision}:`,
          ...cover.changelog.flatMap((entry) => changelogEntry(entry, titles.length)),
          ...(previousCover ? [`- Link to v${previous}: ${archiveUrl}${previousCover}`] : []),
          '',
        ]
  // Prose is guarded already; this reaches code, tables and captions.
  const own = text.map((line) => ({ ...line, text: guardPartNumbers(line.text, titles.length) }))
  const author = displayNameOf(envelopeOf(cover).from)
  return [
    ...(stamp === '' ? [] : made([...prose(stamp.split(' ')).lines, ''])),
    ...own,
    ...(own.length > 0 ? made(['']) : []),
    ...made(titles.flatMap((title, i) => partEntry(i + 1, titles.length, title))),
    ...made(['', ...prose(rendered.split(' ')).lines, '', ...allLinks, '']),
    ...made(changes),
    ...made([`change-id: ${cover.changeId}`, '', '-- ', ...prose(author.split(' ')).lines.slice(0, 1)]),
  ]
}

function partEntry(part: number, parts: number, title: string): readonly string[] {
  const words = wordsOfText(title, () => {})
  const first = `  ${part}/${parts}  `
  const guard = (line: string) => guardPartNumbers(line, parts)
  return prose(words.length > 0 ? words : ['(untitled)'], { first, rest: '   ', guard }).lines
}

function changelogEntry(entry: string, parts: number): readonly string[] {
  const guard = (line: string) => guardPartNumbers(line, parts)
  const words = wordsOfText(entry, () => {})
  return words.length === 0 ? [] : prose(words, { first: '- ', rest: '  ', guard }).lines
}

/** A line that begins with `5/4` would be counted as a part of the series that does not exist. */
function guardPartNumbers(line: string, parts: number): string {
  const start = new RegExp(`^(\\s*)(\\p{Nd}+)/(?=${parts}(?![A-Za-z0-9_]))`, 'u')
  return line.replace(start, (found, indent: string, digits: string) => {
    const part = Number(digits) // NaN for the digits of other scripts
    return part >= 1 && part <= parts ? found : `${indent}${digits} /`
  })
}
