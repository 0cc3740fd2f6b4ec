import { z } from 'zod'

/** The part of a revision's front matter that a Message-ID needs; parsed, since the column is JSON. */
const MailPlace = z.object({ mailDomain: z.string() })

/** The Message-ID of a comment that is written here, without angle brackets: made once, when it is stored. */
export function commentMessageId(commentId: string, frontMatter: unknown, now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '')
  return `${day}.c-${commentId}@${MailPlace.parse(frontMatter).mailDomain}`
}
