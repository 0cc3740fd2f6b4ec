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

/** Of the text alone: headers are this program's, and what the mail answers is not looked at here. */
function warningsOf(message: Message, lines: readonly string[]): string[] {
  const raw = mboxOf([message]).split('\n')
  const bodyLine = raw.indexOf('') + 2
  const found = lintMbox(mboxOf([message]), { kind: 'any' })
    .filter(({ rule }) => rule.startsWith('B') || rule === 'S1')
    .map(({ rule, line, text }) => {
      const isWhole = line < bodyLine || lines[line - bodyLine] === undefined
      return isWhole ? `${text} (${rule})` : `Line ${line - bodyLine + 1} of the mail: ${text} (${rule})`
    })
  const more = found.length - MAX_WARNINGS
  return more > 0 ? [...found.slice(0, MAX_WARNINGS), `${more} more of the kind`] : found
}

function listed(boxes: readonly Mailbox[]): string {
  const more = boxes.length - MAX_RECEIVERS
  return boxes.slice(0, MAX_RECEIVERS).map(named).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

const named = (box: Mailbox) => (box.name === '' ? box.address : `${displayNameOf(box)} <${box.address}>`)
