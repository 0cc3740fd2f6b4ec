import type { ComponentProps } from 'react'
import type { Broken } from '#components/ui/broken.ts'
import { type Html, html } from '#components/ui/html.ts'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { When } from '#components/ui/when.tsx'
import { site } from '#lib/review/proposal/address.ts'
import type { CommentShown, ThreadShown } from '#lib/review/thread/thread.ts'
import { commentFormHtml, templates } from './comment-form-html.ts'
import { Compose } from './compose.tsx'
import { threadHtml } from './thread-html.ts'
import styles from './thread-page.module.css'

export type Versions = {
  /** The comment's number. */
  readonly of: number
  readonly texts: readonly { readonly version: number; readonly body: string; readonly at: string }[]
}

/** A thread by itself: the words that it is about, and every comment. */
export function ThreadPage(props: {
  slug: string
  thread: ThreadShown
  signedIn: boolean
  /** The comment whose form is open; null: none. */
  edits: CommentShown | null
  answers: CommentShown | null
  clientKey: string
  versions: Versions | null
  /** Keeps HTML for the page, and says how `StillHtml` finds it. */
  still: (name: string, html: Html) => ComponentProps<typeof StillHtml>
  signInHref: string
  broken: Broken
}) {
  const { slug, thread, signedIn, versions, still, broken } = props
  const { anchor } = thread
  const formAt = openForm(props)
  return (
    <div className={page.page}>
      <p className={styles.up}>
        <a href={site.proposal(slug)}>{thread.proposalTitle}</a>
      </p>
      <h1>
        Thread {thread.number}: {thread.kind}, {thread.state}
      </h1>
      <figure className={styles.quote}>
        <blockquote>
          <span className={styles.around}>{wordsBefore(anchor.prefix)}</span>
          <mark>{anchor.exact}</mark>
          <span className={styles.around}>{wordsAfter(anchor.suffix)}</span>
        </blockquote>
        <figcaption>
          <a href={site.block(slug, anchor.revision, anchor.blockKey)}>This passage in v{anchor.revision}</a>,
          where the thread was opened
        </figcaption>
      </figure>
      {props.edits?.mayEdit && (
        <p role="status">You edit a comment. The text it has now is kept with the older versions.</p>
      )}
      <StillHtml
        {...still('thread', threadHtml(thread, { slug, signedIn, layout: 'page', broken, formAt }))}
      />
      {!signedIn && (
        <p>
          <a href={props.signInHref}>Sign in</a> to reply.
        </p>
      )}
      {versions && <EarlierTexts versions={versions} />}
      {signedIn && (
        <Compose
          slug={slug}
          revision={anchor.revision}
          layout="page"
          template={still('form', templates(slug))}
        />
      )}
    </div>
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
}: Pick<
  Parameters<typeof ThreadPage>[0],
  'slug' | 'thread' | 'signedIn' | 'edits' | 'answers' | 'clientKey'
>) {
  const comment = edits?.mayEdit ? edits : signedIn ? answers : null
  if (!comment || comment.deleted) return undefined
  const place = { slug, thread: thread.number, comment: comment.seq }
  const fields = { thread: String(thread.number), comment: String(comment.seq) }
  const isEdit = comment === edits
  const form = commentFormHtml({
    ...{ kind: isEdit ? 'edit' : 'reply', slug, clientKey, cancelHref: site.comment(place) },
    fields: isEdit ? { ...fields, lockVersion: String(comment.lockVersion) } : fields,
    typed: isEdit ? comment.body : '',
  })
  return { comment: comment.seq, form: html`${form}` }
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

/** The stored context is cut at 64 units, wherever that is; what is shown begins and ends with whole words. */
const wordsBefore = (prefix: string) => (prefix.length < 64 ? prefix : `… ${prefix.replace(/^\S*\s+/, '')}`)
const wordsAfter = (suffix: string) => (suffix.length < 64 ? suffix : `${suffix.replace(/\s+\S*$/, '')} …`)
