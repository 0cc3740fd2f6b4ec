import type { CommentLinks } from '#lib/review/comment/inline.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { NamedInThread } from './thread.ts'

/** Where the words of comments lead within a proposal. */
export function linksWithin(slug: string, { threads, mails }: NamedInThread): CommentLinks {
  // Comments name thousands of mails, each is looked up where it stands.
  const known = new Set(mails)
  return {
    thread: (n) => (n <= threads ? site.thread(slug, n) : null),
    mail: (id) => (known.has(id) ? site.message(id) : null),
  }
}
