import { actingLines } from '#lib/mail/import/acting-lines.ts'
import { lintMbox } from '#lib/mail/lint/lint.ts'
import { displayNameOf } from '#lib/mail/message/address.ts'
import type { Mailbox, Message } from '#lib/mail/message/message.ts'
import { wayWords } from '#lib/review/comment/way-words.ts'
import { mboxOf } from './series.ts'
import { parseThreadNote } from './thread-note.ts'

/** A comment as it will stand on the page, and as the mail that leaves. */
export type CommentPreview = {
  /** Printed by `commentHtml`. */
  readonly html: string
  /** What is stored otherwise than it was typed, a sentence each. */
  readonly changes: readonly string[]
  readonly mail: MailPreview
}

export type MailPreview = {
  readonly text: string
  /** What is done to lines of it, a sentence each. */
  readonly notes: readonly string[]
  /** What a list may not like about the words. They leave all the same. */
  readonly warnings: readonly string[]
}

const MAX_WARNINGS = 20
const MAX_LINES_NAMED = 8
const MAX_RECEIVERS = 5

export function mailPreview(message: Message): MailPreview {
  const words = parseThreadNote(message.note ?? '').words
  const lines = message.body.split('\n')
  const own = words && lines.slice(words.firstLine - 1, words.firstLine - 1 + words.lines)
  const headers = [`From: ${named(message.from)}`, `To: ${listed(message.to)}`]
  if (message.cc.length > 0) headers.push(`Cc: ${listed(message.cc)}`)
  headers.push(`Subject: ${message.subject}`)
  return {
    text: `${headers.join('\n')}\n\n${message.body}`,
    notes: words && own ? wayWords({ lines: own, way: words.way }) : [],
    warnings: warningsOf(message, lines),
  }
}

const MAX_LINES_TOLD = 5
const MAX_LINE_TOLD = 80

/**
 * Lines that would do something in a mail, and do nothing where they are typed: whoever types one should know before they
 * believe that it did. A sentence each.
 */
export function actingWords(text: string): string[] {
  return actingLines(text)
    .slice(0, MAX_LINES_TOLD)
    .map(({ line }) => {
      const shown = line.length > MAX_LINE_TOLD ? `${line.slice(0, MAX_LINE_TOLD)}…` : line
      return `“${shown}” acts in a mail only: typed here it is words, and changes nothing. The buttons of the page do it.`
    })
}

/** Of the text alone: headers are this program's, and what the mail answers is not looked at here. */
function warningsOf(message: Message, lines: readonly string[]): string[] {
  const mailbox = mboxOf([message])
  const bodyLine = mailbox.split('\n').indexOf('') + 2
  // A patch has the same to say of each line.
  const places = new Map<string, number[]>()
  for (const { rule, line, text } of lintMbox(mailbox, { kind: 'any' })) {
    if (!rule.startsWith('B') && rule !== 'S1') continue
    const at = line - bodyLine
    const isOfLine = at >= 0 && lines[at] !== undefined && rule !== 'S1'
    const words = `${text} (${rule})`
    places.set(words, [...(places.get(words) ?? []), ...(isOfLine ? [at + 1] : [])])
  }
  const found = [...places].map(([words, at]) => {
    if (at.length === 0) return words
    const named = at.slice(0, MAX_LINES_NAMED).join(', ') + (at.length > MAX_LINES_NAMED ? ' and more' : '')
    return `${at.length === 1 ? 'Line' : 'Lines'} ${named} of the mail: ${words}`
  })
  const more = found.length - MAX_WARNINGS
  return more > 0 ? [...found.slice(0, MAX_WARNINGS), `${more} more of the kind`] : found
}

function listed(boxes: readonly Mailbox[]): string {
  const more = boxes.length - MAX_RECEIVERS
  return boxes.slice(0, MAX_RECEIVERS).map(named).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

const named = (box: Mailbox) => (box.name === '' ? box.address : `${displayNameOf(box)} <${box.address}>`)
