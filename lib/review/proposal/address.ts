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
const TWO = new RegExp(`^v(${REVISION_TEXT})\\.\\.v(${REVISION_TEXT})$`)
const TARGET = new RegExp(`^(${SLUG_TEXT})(?:/v(${REVISION_TEXT}))?$`)

/** `v3` is 3; null: this is no revision's name. */
export function revisionNamed(segment: string): number | null {
  const number = SEGMENT.exec(segment)?.[1]
  return number === undefined ? null : Number(number)
}

/** `v2..v3` is 2 and 3; null: these are no two revisions. */
export function revisionsNamed(segment: string): { readonly from: number; readonly to: number } | null {
  const [, from, to] = TWO.exec(segment) ?? []
  return from === undefined || to === undefined ? null : { from: Number(from), to: Number(to) }
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

/** The slug of a folder: its name, or of `futex/v2` that of the folder around it; null: its name is none. */
export function slugOfFolder(path: string): string | null {
  const parts = path.split(/[\\/]/).filter((one) => one !== '' && one !== '.')
  const last = parts.at(-1) ?? ''
  const slug = SEGMENT.test(last) ? (parts.at(-2) ?? '') : last
  return isSlug(slug) ? slug : null
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
  /** On the page of one's review. */
  draft: (id: string) => `d-${id}`,
  /** On a thread's page: where it stands in each revision. */
  places: 'places',
  /** On the page of a gate. */
  question: (id: string) => `q-${id}`,
} as const

const proposals = '/rfc'
const proposal = (slug: string) => `${proposals}/${part(slug)}`
const revision = (slug: string, number: number) => `${proposal(slug)}/v${number}`
/** `number` null: the newest revision, whichever that is when the link is followed. */
const reading = (slug: string, number: number | null) =>
  number === null ? proposal(slug) : revision(slug, number)
const exported = (slug: string) => `${proposal(slug)}/export`
const blockFragment = (key: string) => `#${fragment(anchor.block(key))}`

/**
 * A long thread is read in parts, and a server does not see the fragment: whichever part a later comment is in, its address
 * asks for that. The first hundred are in the first part, unless they are unusually long; those addresses stay short.
 */
const ALWAYS_AT_FIRST = 100
const inPart = (comment: number) => query({ at: comment > ALWAYS_AT_FIRST ? comment : undefined })

/** For a mail, which knows the proposal's whole address (`https://host/rfc/futex`, no slash at the end). */
export const under = {
  thread: (proposalUrl: string, thread: number) => `${proposalUrl}/t/${thread}`,
  comment: (proposalUrl: string, thread: number, comment: number) =>
    `${under.thread(proposalUrl, thread)}${inPart(comment)}#c${comment}`,
  threads: (proposalUrl: string) => `${proposalUrl}/threads`,
  digest: (proposalUrl: string) => `${proposalUrl}/export/digest`,
} as const

const thread = (slug: string, number: number) => under.thread(proposal(slug), number)

export const site = {
  home: () => '/',
  proposals: () => proposals,
  proposalsAsJson: () => `${proposals}.json`,
  /** `page`: of the comments that are found, from 1. */
  search: (asked?: string, of: { readonly page?: number } = {}) =>
    `/search${query({ q: asked, page: of.page })}`,
  searchAsJson: (asked: string, of: { readonly page?: number } = {}) =>
    `/search.json${query({ q: asked, page: of.page })}`,
  searchAsFeed: (asked: string) => `/search.atom${query({ q: asked })}`,
  proposalAsJson: (slug: string) => `${proposal(slug)}.json`,
  proposalAsFeed: (slug: string) => `${proposal(slug)}.atom`,
  revisionAsJson: (slug: string, number: number) => `${revision(slug, number)}.json`,
  /** One of the parts that the thread is cut into. */
  threadAsJson: (slug: string, number: number, of: { readonly at?: number } = {}) =>
    `${thread(slug, number)}.json${query({ at: of.at })}`,
  proposal,
  revision,
  reading,
  /** One write-up of a revision, alone. */
  part: (slug: string, number: number, writeup: string) => `${revision(slug, number)}/${part(writeup)}`,
  /** What changed from one revision to another. */
  /** `writeup`: where what changed in that one begins. */
  interdiff: (
    slug: string,
    from: number,
    to: number,
    { view, writeup }: { readonly view?: string | undefined; readonly writeup?: string } = {},
  ) =>
    `${proposal(slug)}/v${from}..v${to}${query({ view })}${writeup === undefined ? '' : `#${fragment(writeup)}`}`,
  interdiffAsText: (slug: string, from: number, to: number) => `${proposal(slug)}/v${from}..v${to}.txt`,
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
  /** The threads on a block as lines of HTML, to be put into a page that counts them. */
  threadLines: (slug: string, number: number, key: string) =>
    `${revision(slug, number)}/threads${query({ at: key })}`,
  /** The page with the form for a comment on a block. */
  /** `words`: UTF-16 offsets in the block's text; none: about all of it. */
  commentForm: (slug: string, number: number, key: string, words?: { start: number; end: number }) =>
    `${revision(slug, number)}${query({ comment: key, words: words && `${words.start}-${words.end}` })}${blockFragment(key)}`,
  /** `step`: the fragment that opens the simulation there. One that is longer than an address may be is left out. */
  stepForm: (slug: string, number: number, key: string, step: string) =>
    `${revision(slug, number)}${query({ comment: key, step: step.length > 2000 ? undefined : step.replace(/^#/, '') })}${blockFragment(key)}`,
  /** `claim`: the one that the reader comes from; its sentence stands above the model, and the address leads there. */
  model: (
    slug: string,
    model: string,
    of: { readonly revision: number; readonly variant?: string; readonly claim?: string },
  ) =>
    `${proposal(slug)}/models/${part(model)}${query({ revision: of.revision, variant: of.variant, claim: of.claim })}${of.claim === undefined ? '' : '#simulation'}`,

  /** Where a form adds what is asked of it, and at the model itself. */
  modelItself: (slug: string, model: string) => `${proposal(slug)}/models/${part(model)}#simulation`,

  /** All threads of a proposal; `of`: which, as `threadFilter` reads it. */
  threads: (slug: string, of: Readonly<Record<string, string | number | undefined>> = {}) =>
    `${under.threads(proposal(slug))}${query(of)}`,
  threadsAsJson: (slug: string, of: Readonly<Record<string, string | number | undefined>> = {}) =>
    `${proposal(slug)}/threads.json${query(of)}`,
  thread,
  comment: ({ slug, thread, comment }: CommentPlace) => under.comment(proposal(slug), thread, comment),
  /** Comments are named by their place, not by an id that is as long as their first line. */
  replyForm: ({ slug, thread: of, comment }: CommentPlace) =>
    `${thread(slug, of)}${query({ reply: comment })}#c${comment}`,
  editForm: ({ slug, thread: of, comment }: CommentPlace) =>
    `${thread(slug, of)}${query({ edit: comment })}#c${comment}`,
  versions: ({ slug, thread: of, comment }: CommentPlace) =>
    `${thread(slug, of)}${query({ versions: comment })}#c${comment}`,
  /** The part of a thread that has this comment. */
  threadPart: (slug: string, number: number, comment: number) =>
    `${thread(slug, number)}${query({ at: comment })}`,
  /** The comment in its part, from another part of its thread. */
  partOfComment: ({ slug, thread: of, comment }: CommentPlace) =>
    `${thread(slug, of)}${query({ at: comment })}#c${comment}`,
  /** A thread as HTML, to be put into a page that left most of it out. */
  threadPiece: (slug: string, number: number) => `${thread(slug, number)}/piece`,
  /** The form for other words of a comment, as HTML to be put into a page. */
  editFormPiece: ({ slug, thread: of, comment }: CommentPlace) =>
    `${site.threadPiece(slug, of)}${query({ edit: comment })}`,

  newProposal: () => '/new',
  /** The author's editor. `line`: of the file, from 1. */
  edit: (
    slug: string,
    of: { readonly file?: string | undefined; readonly line?: number; readonly done?: string } = {},
  ) => `${proposal(slug)}/edit${query(of)}`,
  postCopy: (slug: string) => `${proposal(slug)}/edit/save`,
  /** What is still missing of it, as JSON. */
  copyLook: (slug: string) => `${proposal(slug)}/edit/look`,
  copyPreview: (slug: string, writeup: string) => `${proposal(slug)}/edit/preview/${part(writeup)}`,
  /** `before`: states older than this one. `state`: one of them, with a file of it. */
  copyHistory: (
    slug: string,
    of: { readonly before?: number; readonly state?: number; readonly file?: string } = {},
  ) => `${proposal(slug)}/edit/history${query(of)}`,
  copyPublish: (slug: string) => `${proposal(slug)}/edit/publish`,

  // What comment forms post to. They outlive an upgrade: a form that is open now may be sent to a later build.
  postComment: (slug: string) => `${proposal(slug)}/comment`,
  postReply: (slug: string) => `${proposal(slug)}/reply`,
  postEdit: (slug: string) => `${proposal(slug)}/edit-comment`,
  postDeletion: (slug: string) => `${proposal(slug)}/delete-comment`,
  postState: (slug: string) => `${proposal(slug)}/resolve`,
  postLock: (slug: string) => `${proposal(slug)}/lock`,
  /** A thread's page with the form that says by hand where it stands. */
  pinForm: (slug: string, number: number) => `${thread(slug, number)}${query({ pin: 1 })}#pin`,
  /** The newest revision, to select the words there that a thread is about. */
  pinOnPage: (slug: string, newest: number, number: number, block: string | null) =>
    `${revision(slug, newest)}${query({ move: number })}${block === null ? '' : blockFragment(block)}`,
  postPin: (slug: string) => `${proposal(slug)}/pin`,
  /** What was seen of it. */
  postRead: (slug: string) => `${proposal(slug)}/read`,
  /** What happens to it, as server-sent events; `after`: the number of an event. */
  live: (slug: string, after: string) => `${proposal(slug)}/live${query({ after })}`,
  /** Threads as they are now, to be put into a page of a revision. */
  livePieces: (slug: string, revision: number) => `${proposal(slug)}/live/v${revision}`,
  ownTurnsAsFeed: () => '/me/turns.atom',
  postAct: (slug: string) => `${proposal(slug)}/act`,
  /** The thread's page with the form of an act that brings words, and that form alone. */
  actForm: (slug: string, number: number, act: string) => `${thread(slug, number)}${query({ act })}#act`,
  actFormPiece: (slug: string, number: number, act: string) =>
    `${thread(slug, number)}/piece${query({ act })}`,

  /** Which questions are answered; `number` null: of the newest revision. */
  gate: (slug: string, number: number | null, question?: string) =>
    `${reading(slug, number)}/gate${question === undefined ? '' : `#${fragment(anchor.question(question))}`}`,
  gateAsText: (slug: string, number: number | null) => `${reading(slug, number)}/gate.txt`,
  gateAsJson: (slug: string, number: number | null) => `${reading(slug, number)}/gate.json`,

  /** Its state, stances and holds, whose turn it is, and what may become of it. `done`: an act that was just done. */
  reviewState: (slug: string, of: { readonly done?: string } = {}) => `${proposal(slug)}/state${query(of)}`,
  /** One's own drafts, and the mail that they become. `done`: published, with so many comments. */
  review: (slug: string, of: { readonly done?: number | undefined; readonly draft?: string } = {}) =>
    `${proposal(slug)}/review${query({ done: of.done })}${of.draft === undefined ? '' : `#${fragment(anchor.draft(of.draft))}`}`,
  postDraft: (slug: string) => `${proposal(slug)}/review/draft`,
  postReview: (slug: string) => `${proposal(slug)}/review/publish`,
  postReviewAct: (slug: string) => `${proposal(slug)}/review-act`,
  /** What reviewers would write in the text, and what became of it. */
  suggestions: (slug: string) => `${proposal(slug)}/suggestions`,
  suggestionsAsText: (slug: string) => `${proposal(slug)}/suggestions.txt`,
  suggestionsAsJson: (slug: string) => `${proposal(slug)}/suggestions.json`,
  /** Those that were accepted and are not in the text, as a patch of its files. */
  suggestionsAsPatch: (slug: string) => `${proposal(slug)}/suggestions.patch`,
  /** That of one comment beside the text as it is now. */
  suggestion: ({ slug, thread: of, comment }: CommentPlace) =>
    `${proposal(slug)}/suggestions/${of}.${comment}`,
  postSuggestion: (slug: string) => `${proposal(slug)}/suggestion`,
  postTakeIn: (slug: string) => `${proposal(slug)}/suggestions/take-in`,
  objections: (slug: string) => `${proposal(slug)}/objections`,
  objectionsAsText: (slug: string) => `${proposal(slug)}/objections.txt`,
  objectionsAsJson: (slug: string) => `${proposal(slug)}/objections.json`,

  /** Who has which role, and the forms that give and take them. */
  people: (slug: string, of: { readonly done?: string } = {}) => `${proposal(slug)}/people${query(of)}`,
  invitation: (token: string) => `/invitation/${part(token)}`,

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

  /** Ends a mail to a person, for whoever has the link in it. */
  endOfMail: (token: string) => `/unsubscribe/${part(token)}`,

  /** Where a Message-ID leads. */
  message: (messageId: string) => `/m/${part(messageId)}`,
  /** A file that came with a mail; `n` counts them from 0. */
  attachment: (mailId: string, n: number) => `/attachment/${part(mailId)}/${n}`,
  /** The mail itself. */
  mail: (messageId: string) => `/m/${part(messageId)}${query({ as: 'mail' })}`,
  import: () => '/import',
  queue: (
    of: {
      readonly reason?: string
      readonly sender?: string
      readonly list?: string
      readonly rfc?: string
      readonly after?: string
    } = {},
  ) => `/import/queue${query(of)}`,
  /** Everything that one sender wrote, or one person brought: what it is, before it is dropped. */
  dropAll: (of: { readonly sender?: string; readonly bringer?: string }) => `/import/drop${query(of)}`,
  /** `slug`: the proposal whose places are offered. */
  queued: (id: string, slug?: string) => `/import/queue/${part(id)}${query({ rfc: slug })}`,

  keys: () => '/help/keys',

  /** `next`: where it leads afterwards. */
  signIn: (next?: string) => `/sign-in${query({ next })}`,
  signUp: (next?: string) => `/sign-up${query({ next })}`,
  firstAdmin: (token: string) => `/first-admin/${part(token)}`,
  finishSignUp: (token: string) => `/sign-up/confirm/${part(token)}`,
  askReset: () => '/reset-password',
  resetPassword: (token: string) => `/reset-password/${part(token)}`,
  account: () => '/me',
  postAway: () => '/me/away',
  auditLog: (of: { readonly kind?: string; readonly person?: string; readonly before?: string } = {}) =>
    `/admin/log${query(of)}`,
  /** Accounts that are blocked, and the form that finds one. */
  accounts: (of: { readonly address?: string; readonly done?: string } = {}) => `/admin/accounts${query(of)}`,
  ownPassword: (of: { readonly done?: string } = {}) => `/me/password${query(of)}`,
  ownSessions: () => '/me/sessions',
  deleteAccount: () => '/me/delete',
  person: (id: string) => `/person/${part(id)}`,
  confirmation: (token: string) => `/me/confirm/${part(token)}`,
  /** Of an app that shows a folder. */
  preview: () => '/preview',
  previewChanged: (since: string) => `/preview/changed${query({ since })}`,
  problem: (of: { readonly kind?: string; readonly back?: string } = {}) => `/problem${query(of)}`,
} as const
