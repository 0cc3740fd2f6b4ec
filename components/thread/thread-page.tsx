import type { ComponentProps } from 'react'
import type { Broken } from '#components/ui/broken.ts'
import button from '#components/ui/button.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { KeepForms } from '#components/ui/keep-forms.tsx'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { When } from '#components/ui/when.tsx'
import { site } from '#lib/review/proposal/address.ts'
import type { PinChoice } from '#lib/review/thread/pin-choices.server.ts'
import type { CommentShown, ThreadShown } from '#lib/review/thread/thread.ts'
import type { WordedAct } from '#lib/review/thread/thread-input.ts'
import type { ThreadPlaces as Places } from '#lib/review/thread/thread-places.server.ts'
import { wholeWords } from '#lib/review/thread/whole.ts'
import { actFormHtml, commentFormHtml, editForm, templates } from './comment-form-html.ts'
import { Compose } from './compose.tsx'
import { Follow } from './follow.tsx'
import { GoToComment } from './go-to-comment.tsx'
import { mayBring } from './may-bring.ts'
import { PinForm } from './pin-form.tsx'
import { Quote } from './quote.tsx'
import { threadHtml, threadTitle, WORDS_OF_PAGE } from './thread-html.ts'
import styles from './thread-page.module.css'
import { ThreadParts } from './thread-parts.tsx'
import { ThreadPlaces } from './thread-places.tsx'

export type Versions = {
  /** The comment's number. */
  readonly of: number
  readonly texts: readonly { readonly version: number; readonly body: string; readonly at: string }[]
}

/** A thread by itself: the words that it is about, and its comments, in parts where they are many. */
export function ThreadPage(props: {
  slug: string
  /** With the comments of one part of it. */
  thread: ThreadShown
  parts: Pick<ComponentProps<typeof ThreadParts>, 'parts' | 'part' | 'comments'>
  /** The last event that the page knows. */
  after: string
  /** Comments that the reader has not seen: how many, and the first; the next other thread with such. */
  unread: { readonly count: number; readonly first: number | null; readonly next: number | null }
  signedIn: boolean
  /** Whose words its forms take. */
  writer: string
  /** The comment whose form is open; null: none. */
  edits: CommentShown | null
  answers: CommentShown | null
  clientKey: string
  versions: Versions | null
  /** Keeps HTML for the page, and says how `StillHtml` finds it. */
  still: (name: string, html: Html) => ComponentProps<typeof StillHtml>
  signInHref: string
  broken: Broken
  /** Milliseconds since 1970, for the ages beside dates. */
  now: number
  /** The act whose form is open; null: none. */
  act: WordedAct | null
  /** Where it stands in the revisions that came after its own. */
  places: Places
  /** Of a thread that the viewer may place by hand in the newest revision; `choices` null: its form is not open. */
  pinning: { readonly newest: number; readonly choices: readonly PinChoice[] | null } | null
}) {
  const { slug, thread, signedIn, versions, still, broken } = props
  const ofParts = { slug, number: thread.number, ...props.parts }
  const { anchor } = thread
  const formAt = openForm(props)
  const wordsLeft = { elements: WORDS_OF_PAGE }
  return (
    <div className={page.page}>
      <p className={styles.up}>
        <a href={site.proposal(slug)}>{thread.proposalTitle}</a>
      </p>
      <Neighbours slug={slug} number={thread.number} last={thread.named.threads} unread={props.unread.next} />
      <h1 id="thread-title">{threadTitle(thread)}</h1>
      {props.unread.first !== null && (
        <Unread slug={slug} thread={thread} unread={{ ...props.unread, first: props.unread.first }} />
      )}
      <About slug={slug} anchor={anchor} />
      <ThreadPlaces slug={slug} {...props.places} />
      {props.pinning && <Pinning {...props} pinning={props.pinning} />}
      {props.edits?.mayEdit && (
        <p role="status">You edit a comment. The text it has now is kept with the older versions.</p>
      )}
      <ThreadParts {...ofParts} where="above" />
      <StillHtml
        {...still(
          'thread',
          threadHtml(thread, {
            ...{ slug, signedIn, layout: 'page', broken, formAt, wordsLeft, now: props.now },
            unread: props.unread.count,
            actForm: actFormOf(props),
          }),
        )}
      />
      <ThreadParts {...ofParts} where="below" />
      {props.parts.parts.length > 1 && <GoToComment slug={slug} number={thread.number} />}
      {!signedIn && (
        <p>
          <a href={props.signInHref}>Sign in</a> to reply.
        </p>
      )}
      {versions && <EarlierTexts versions={versions} />}
      <Follow
        slug={slug}
        after={props.after}
        page={{ layout: 'page', revision: anchor.revision, thread: thread.number }}
        marks={signedIn}
      />
      {signedIn && (
        <Compose
          slug={slug}
          revision={anchor.revision}
          layout="page"
          template={still('form', templates(slug, props.writer))}
        />
      )}
    </div>
  )
}

/** The ways to say that it stands elsewhere: by selecting words in the newest revision, or out of a list. */
function Pinning({
  slug,
  thread,
  places: { places },
  pinning: { newest, choices },
}: Pick<Parameters<typeof ThreadPage>[0], 'slug' | 'thread' | 'places'> & {
  pinning: NonNullable<Parameters<typeof ThreadPage>[0]['pinning']>
}) {
  const block = places[0]?.carried.state === 'orphaned' ? null : (places[0]?.blockKey ?? null)
  if (choices)
    return (
      <>
        <PinForm {...{ slug, newest, choices }} thread={thread.number} at={block} />
        <KeepForms />
      </>
    )
  return (
    <p>
      Is that not its place?{' '}
      <a href={site.pinOnPage(slug, newest, thread.number, block)}>Select it in v{newest}</a>, or{' '}
      <a href={site.pinForm(slug, thread.number)}>choose a passage from a list</a>.
    </p>
  )
}

/** Numbers are given once, and threads stay: the neighbours are there. */
function Neighbours({
  slug,
  number,
  last,
  unread,
}: {
  slug: string
  number: number
  last: number
  unread: number | null
}) {
  return (
    <nav className={styles.parts} aria-label="Threads of the proposal">
      {number > 1 && (
        <a data-thread="before" href={site.thread(slug, number - 1)}>
          Previous thread
        </a>
      )}
      <a href={site.threads(slug)}>All threads</a>
      {number < last && (
        <a data-thread="next" href={site.thread(slug, number + 1)}>
          Next thread
        </a>
      )}
      {unread !== null && (
        <a data-thread="unread" href={site.thread(slug, unread)}>
          Next unread
        </a>
      )}
    </nav>
  )
}

/** The form that the address asks for, where the viewer may have it. */
function openForm({
  slug,
  thread,
  signedIn,
  edits,
  answers,
  clientKey,
  writer,
}: Pick<
  Parameters<typeof ThreadPage>[0],
  'slug' | 'thread' | 'signedIn' | 'edits' | 'answers' | 'clientKey' | 'writer'
>) {
  const comment = edits?.mayEdit ? edits : signedIn && thread.mayAdd ? answers : null
  if (!comment || comment.deleted) return undefined
  const place = { slug, thread: thread.number, comment: comment.seq }
  if (comment === edits) return { comment: comment.seq, form: editForm(place, comment, clientKey, writer) }
  const form = commentFormHtml({
    ...{ kind: 'reply', slug, clientKey, writer, typed: '', cancelHref: site.comment(place) },
    fields: { thread: String(thread.number), comment: String(comment.seq) },
  })
  return { comment: comment.seq, form }
}

/** Where the viewer may do that now; else its place says why not. */
function actFormOf({
  slug,
  thread,
  act,
  clientKey,
  writer,
}: Pick<Parameters<typeof ThreadPage>[0], 'slug' | 'thread' | 'act' | 'clientKey' | 'writer'>) {
  if (act === null) return undefined
  const form = mayBring(thread, act)
    ? actFormHtml({ slug, thread: thread.number, act, clientKey, writer })
    : html`<p role="status">This is not possible now: the thread is in another state, or it is not yours to do.</p>`
  return html`<div id="act">${form}</div>`
}

/** What it is about, where it was opened. */
function About({ slug, anchor }: { slug: string; anchor: ThreadShown['anchor'] }) {
  const { revision, blockKey, wholeOf, step } = anchor
  const at = site.block(slug, revision, blockKey)
  if (wholeOf !== undefined)
    return (
      <p>
        {wholeWords(wholeOf)}, <a href={at}>v{revision}</a>, where the thread was opened.
      </p>
    )
  if (step)
    return (
      <>
        <Quote exact={step.words} prefix="" suffix="">
          <a href={`${site.revision(slug, revision)}${step.fragment}`}>Open the simulation at this step</a>,
          or <a href={at}>its passage in v{revision}</a>, where the thread was opened
        </Quote>
        {step.state !== '' && <p>Then {step.state}.</p>}
      </>
    )
  return (
    <Quote {...anchor}>
      <a href={at}>This passage in v{revision}</a>, where the thread was opened
    </Quote>
  )
}

/** The button is for who reads without scripts: with them what was in view is marked by itself. */
function Unread({
  slug,
  thread: { number, comments },
  unread,
}: {
  slug: string
  thread: ThreadShown
  unread: { readonly count: number; readonly first: number }
}) {
  return (
    <form method="post" action={site.postRead(slug)} className={styles.unread}>
      <a href={site.comment({ slug, thread: number, comment: unread.first })}>
        <b data-unread-all="" data-count={unread.count}>
          {unread.count} unread
        </b>
        , from comment {unread.first}
      </a>{' '}
      <input type="hidden" name="thread" value={`${number}.${comments.at(-1)?.seq ?? 1}`} />
      <input type="hidden" name="back" value="threads" />
      <button type="submit" className={button.quiet}>
        Mark as read up to the last comment here
      </button>
    </form>
  )
}

function EarlierTexts({ versions }: { versions: Versions }) {
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">Earlier texts of comment {versions.of}</h2>
      {versions.texts.map((version) => (
        <div key={version.version}>
          <h3>
            Version {version.version}, until <When at={version.at} />
          </h3>
          <pre className={styles.version}>{version.body}</pre>
        </div>
      ))}
    </section>
  )
}
