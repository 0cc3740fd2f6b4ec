import { randomUUID } from 'node:crypto'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requestViewer } from '#app/request-viewer.ts'
import {
  deleteCommentAction,
  editAction,
  openThreadAction,
  reopenAction,
  replyAction,
  resolveAction,
} from '#app/rfc/[slug]/actions.ts'
import { CommentForm } from '#components/thread/comment-form.tsx'
import { Compose } from '#components/thread/compose.tsx'
import { KeepFocus } from '#components/thread/keep-focus.tsx'
import { Thread } from '#components/thread/thread.tsx'
import page from '#components/ui/page.module.css'
import { When } from '#components/ui/when.tsx'
import { site } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'
import { commentVersions, findThread } from '#lib/review/thread/read-threads.server.ts'
import styles from './thread-page.module.css'

type Props = {
  params: Promise<{ slug: string; number: string }>
  searchParams: Promise<{ reply?: string; edit?: string; versions?: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, number } = await params
  return { title: `Thread ${number} of ${await titleOf(slug)}` }
}

/** The stored context is cut at 64 units, wherever that is; what is shown begins and ends with whole words. */
const wordsBefore = (prefix: string) => (prefix.length < 64 ? prefix : `… ${prefix.replace(/^\S*\s+/, '')}`)
const wordsAfter = (suffix: string) => (suffix.length < 64 ? suffix : `${suffix.replace(/\s+\S*$/, '')} …`)

export default async function ThreadPage({ params, searchParams }: Props) {
  const [{ slug, number }, asked] = await Promise.all([params, searchParams])
  if (!/^[1-9]\d{0,8}$/.test(number)) notFound()
  const viewer = await requestViewer()
  const thread = await findThread(viewer, slug, Number(number))
  if (!thread) notFound()

  const here = site.thread(slug, thread.number)
  const { anchor } = thread
  const place = site.block(slug, anchor.revision, anchor.blockKey)
  const shown = thread.comments.find(({ seq }) => String(seq) === asked.versions)
  const versions = shown ? await commentVersions(viewer, shown.id) : []

  const form = (commentId: string) => {
    const comment = thread.comments.find(({ id }) => id === commentId)
    if (!comment) return null
    if (asked.edit === String(comment.seq) && comment.mayEdit) {
      return (
        <CommentForm
          action={editAction}
          label={`Edit comment ${comment.seq}`}
          submit="Save"
          clientKey={randomUUID()}
          hidden={{ commentId, lockVersion: String(comment.lockVersion) }}
          initial={comment.body}
          autoFocus
          cancelHref={site.comment({ slug, thread: thread.number, comment: comment.seq })}
        />
      )
    }
    if (asked.reply === String(comment.seq) && viewer) {
      return (
        <CommentForm
          action={replyAction}
          label="Your reply"
          submit="Reply"
          clientKey={randomUUID()}
          hidden={{ commentId }}
          cancelHref={site.comment({ slug, thread: thread.number, comment: comment.seq })}
          autoFocus
        />
      )
    }
    return null
  }

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
          <a href={place}>This passage in v{anchor.revision}</a>, where the thread was opened
        </figcaption>
      </figure>
      {asked.edit && (
        <p role="status">You edit a comment. The text it has now is kept with the older versions.</p>
      )}
      <Thread
        thread={thread}
        context={{
          slug,
          actions: { resolve: resolveAction, reopen: reopenAction, remove: deleteCommentAction },
          replyHref: site.replyForm,
          form,
          signedIn: viewer !== null,
          layout: 'page',
        }}
      />
      {!viewer && (
        <p>
          <a href={site.signIn(here)}>Sign in</a> to reply.
        </p>
      )}
      {shown && (
        <section aria-labelledby="versions">
          <h2 id="versions">Earlier texts of comment {shown.seq}</h2>
          {versions.map((version) => (
            <div key={version.version}>
              <h3>
                Version {version.version}, until <When at={version.at} />
              </h3>
              <pre className={styles.version}>{version.body}</pre>
            </div>
          ))}
        </section>
      )}
      <KeepFocus
        of={[
          thread.state,
          ...thread.comments.map(({ id, lockVersion, deleted }) => `${id}${lockVersion}${deleted?.at}`),
        ].join()}
      />
      {viewer && (
        <Compose
          slug={slug}
          revision={anchor.revision}
          openThread={openThreadAction}
          reply={replyAction}
          layout="page"
        />
      )}
    </div>
  )
}
