/**
 * Every address of the product, in one place: what a slug is, how a revision is spelt, and where each thing is read.
 *
 * Pages, forms, mails and the command line take addresses from here, so that moving a page is one change, and so that
 * nobody forgets to encode. Paths begin at the site's root; a mail puts the site's own address in front. What a path
 * names may be anything (an id from a mail, a block's key): it is encoded, never trusted.
 */
const SLUG_TEXT = '[a-z0-9][a-z0-9-]{1,79}'
const REVISION_TEXT = '[1-9]\\d{0,2}'

/** What a slug may be; anything else (a NUL, a kilobyte) is not asked of the database. */
export const SLUG = new RegExp(`^${SLUG_TEXT}$`)
export const isSlug = (text: string): boolean => SLUG.test(text)

const NUMBER = new RegExp(`^${REVISION_TEXT}$`)
const SEGMENT = new RegExp(`^v(${REVISION_TEXT})$`)
const TARGET = new RegExp(`^(${SLUG_TEXT})(?:/v(${REVISION_TEXT}))?$`)

/** `v3` is 3; null: this is no revision's name. */
export function revisionNamed(segment: string): number | null {
  const number = SEGMENT.exec(segment)?.[1]
  return number === undefined ? null : Number(number)
}

/** `3`, as in `?revision=3`, is 3; null: this is no revision's number. */
export function revisionNumbered(text: string): number | null {
  return NUMBER.test(text) ? Number(text) : null
}

/** `futex` or `futex/v2`, as the command line names them; the revision is null where none is named. */
export function parseTarget(
  text: string,
): { readonly slug: string; readonly revision: number | null } | null {
  const [, slug, number] = TARGET.exec(text) ?? []
  if (slug === undefined) return null
  return { slug, revision: number === undefined ? null : Number(number) }
}

/** Half of a surrogate pair has no encoding in an address, and would throw. */
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd')
const value = (text: string) => encodeURIComponent(wellFormed(text))
/** One step of a path. `..` would climb however it is encoded; no slug, file or id is called so. */
const part = (text: string) => (/^\.{1,2}$/.test(text) ? '_' : value(text))
/** As `value`, but readable: a fragment may hold most signs as they are. */
const fragment = (text: string) => encodeURI(wellFormed(text)).replaceAll('#', '%23')

/** `?a=1&b=2`, of what is given; empty when nothing is. */
function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, of]) => of !== undefined)
  return given.length === 0 ? '' : `?${given.map(([name, of]) => `${name}=${value(String(of))}`).join('&')}`
}

/** Where a comment stands. */
export type CommentPlace = { readonly slug: string; readonly thread: number; readonly comment: number }

/** The DOM ids that addresses point at. */
export const anchor = {
  block: (key: string) => `b-${key}`,
  /** `page`: the thread stands alone, and its comments have the short name that permalinks use. */
  comment: (thread: number, seq: number, layout: 'inline' | 'page') =>
    layout === 'page' ? `c${seq}` : `t${thread}-c${seq}`,
  thread: (thread: number) => `t${thread}`,
} as const

const proposals = '/rfc'
const proposal = (slug: string) => `${proposals}/${part(slug)}`
const revision = (slug: string, number: number) => `${proposal(slug)}/v${number}`
/** `number` null: the newest revision, whichever that is when the link is followed. */
const reading = (slug: string, number: number | null) =>
  number === null ? proposal(slug) : revision(slug, number)
const exported = (slug: string) => `${proposal(slug)}/export`
const blockFragment = (key: string) => `#${fragment(anchor.block(key))}`

/** For a mail, which knows the proposal's whole address (`https://host/rfc/futex`, no slash at the end). */
export const under = {
  thread: (proposalUrl: string, thread: number) => `${proposalUrl}/t/${thread}`,
  comment: (proposalUrl: string, thread: number, comment: number) =>
    `${under.thread(proposalUrl, thread)}#c${comment}`,
  digest: (proposalUrl: string) => `${proposalUrl}/export/digest`,
} as const

const thread = (slug: string, number: number) => under.thread(proposal(slug), number)

export const site = {
  home: () => '/',
  proposals: () => proposals,
  proposal,
  revision,
  reading,
  revisionAsText: (slug: string, number: number) => `${revision(slug, number)}.txt`,
  revisionAsMailbox: (slug: string, number: number) => `${revision(slug, number)}.mbox`,
  discussionAsMailbox: (slug: string, number: number) => `${revision(slug, number)}.threads.mbox`,
  /** The series and every comment on it. */
  discussionAsText: (slug: string, number: number) => `${revision(slug, number)}.threads.txt`,
  file: (slug: string, number: number, path: string) =>
    `${revision(slug, number)}/files/${path.split('/').map(part).join('/')}`,
  block: (slug: string, number: number, key: string) => `${revision(slug, number)}${blockFragment(key)}`,
  blockAnchor: blockFragment,
  /** The page with every comment of every thread in it, however many. */
  whole: (slug: string, number: number) => `${revision(slug, number)}${query({ all: 1 })}`,
  /** The page with the form for a comment on a block. */
  commentForm: (slug: string, number: number, key: string) =>
    `${revision(slug, number)}${query({ comment: key })}${blockFragment(key)}`,
  model: (slug: string, model: string, of: { readonly revision: number; readonly variant?: string }) =>
    `${proposal(slug)}/models/${part(model)}${query({ revision: of.revision, variant: of.variant })}`,

  thread,
  comment: ({ slug, thread, comment }: CommentPlace) => under.comment(proposal(slug), thread, comment),
  /** Comments are named by their place, not by an id that is as long as their first line. */
  replyForm: ({ slug, thread: of, comment }: CommentPlace) =>
    `${thread(slug, of)}${query({ reply: comment })}#c${comment}`,
  editForm: ({ slug, thread: of, comment }: CommentPlace) =>
    `${thread(slug, of)}${query({ edit: comment })}#c${comment}`,
  versions: ({ slug, thread: of, comment }: CommentPlace) =>
    `${thread(slug, of)}${query({ versions: comment })}#c${comment}`,
  /** A thread as HTML, to be put into a page that left most of it out. */
  threadPiece: (slug: string, number: number) => `${thread(slug, number)}/piece`,

  // What comment forms post to. They outlive an upgrade: a form that is open now may be sent to a later build.
  postComment: (slug: string) => `${proposal(slug)}/comment`,
  postReply: (slug: string) => `${proposal(slug)}/reply`,
  postEdit: (slug: string) => `${proposal(slug)}/edit-comment`,
  postDeletion: (slug: string) => `${proposal(slug)}/delete-comment`,
  postState: (slug: string) => `${proposal(slug)}/resolve`,

  export: (
    slug: string,
    of: {
      readonly revision?: number
      readonly page?: number
      readonly mail?: string
      readonly line?: number
    } = {},
  ) => {
    const { line, mail } = of
    const at = line !== undefined ? `#L${line}` : mail !== undefined ? '#mail' : ''
    return `${exported(slug)}${query({ revision: of.revision, page: of.page, mail })}${at}`
  },
  mailFile: (slug: string, number: number, position: number) =>
    `${exported(slug)}/v${number}/${position}.eml`,
  mailFiles: (slug: string, number: number) => `${exported(slug)}/v${number}/mails.tar`,
  mailFilesToOneself: (slug: string, number: number) => `${exported(slug)}/v${number}/reflect.tar`,
  digest: (slug: string) => under.digest(proposal(slug)),
  sending: (
    slug: string,
    of: { readonly revision?: number; readonly problem?: string; readonly queued?: number } = {},
    at: '' | 'sent' | 'comments' = '',
  ) => `${exported(slug)}/send${query(of)}${at && `#${at}`}`,

  /** Where a Message-ID leads. */
  message: (messageId: string) => `/m/${part(messageId)}`,
  /** The mail itself. */
  mail: (messageId: string) => `/m/${part(messageId)}${query({ as: 'mail' })}`,
  import: () => '/import',
  queue: () => '/import/queue',
  /** `slug`: the proposal whose places are offered. */
  queued: (id: string, slug?: string) => `/import/queue/${part(id)}${query({ rfc: slug })}`,

  /** `next`: where it leads afterwards. */
  signIn: (next?: string) => `/sign-in${query({ next })}`,
  signUp: (next?: string) => `/sign-up${query({ next })}`,
  firstAdmin: (token: string) => `/first-admin/${part(token)}`,
  account: () => '/me',
  confirmation: (token: string) => `/me/confirm/${part(token)}`,
  problem: (of: { readonly kind?: string; readonly back?: string } = {}) => `/problem${query(of)}`,
} as const
