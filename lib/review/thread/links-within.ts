import type { CommentLinks } from '#lib/review/comment/inline.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { NamedInThread } from './thread.ts'

/** Where the words of comments lead within a proposal. */
export function linksWithin(slug: string, { threads, mails }: NamedInThread): CommentLinks {
  return {
    thread: (n) => (n <= threads ? site.thread(slug, n) : null),
    mail: (id) => (mails.includes(id) ? site.message(id) : null),
  }
}
