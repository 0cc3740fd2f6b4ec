import { z } from 'zod'

/** The part of a revision's front matter that a Message-ID needs; parsed, since the column is JSON. */
const MailPlace = z.object({ mailDomain: z.string() })

/**
 * The name under which a comment leaves whose own no header of a mail can hold: a foreign one that is not ASCII, say. Who
 * answers it, or has that mail, names the comment.
 */
export const standInMessageId = (commentId: string, mailDomain: string): string =>
  `c-${commentId.replace(/[^A-Za-z0-9-]/g, '-')}@${mailDomain}`

/** The comment of such a name; null: it is none. */
export function commentOfStandIn(messageId: string): string | null {
  return /^c-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@/.exec(messageId)?.[1] ?? null
}

/** The Message-ID of a comment that is written here, without angle brackets: made once, when it is stored. */
export function commentMessageId(commentId: string, frontMatter: unknown, now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '')
  return `${day}.c-${commentId}@${MailPlace.parse(frontMatter).mailDomain}`
}

/** The Message-ID of the mail that a review leaves as: it says several comments, each of which has its own besides. */
export function reviewMessageId(mailId: string, frontMatter: unknown, now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '')
  return `${day}.r-${mailId}@${MailPlace.parse(frontMatter).mailDomain}`
}
