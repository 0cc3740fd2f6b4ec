import type { ReactNode } from 'react'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { When } from '#components/ui/when.tsx'
import type { CommentLinks } from '#lib/review/comment/inline.ts'
import { type CommentPlace, site } from '#lib/review/proposal/address.ts'
import { linksWithin } from '#lib/review/thread/links-within.ts'
import { type CommentNode, commentTree, type ThreadShown } from '#lib/review/thread/thread.ts'
import { CommentBody } from './comment-body.tsx'
import { MailMark, MailNotes } from './mail-mark.tsx'
import styles from './thread.module.css'

/** A form action that changes the thread; `threadId` or `commentId` is in the form. */
type FormAction = (form: FormData) => Promise<void>

export type ThreadActions = {
  readonly resolve: FormAction
  readonly reopen: FormAction
  readonly remove: FormAction
}

export type ThreadContext = {
  readonly slug: string
  readonly actions: ThreadActions
  /** Where a reply is written; without JavaScript the same page with the form in it. */
  readonly replyHref: (place: CommentPlace) => string
  /** The form, where the address asks for one. */
  readonly form: (commentId: string) => ReactNode
  readonly signedIn: boolean
  /** `page`: the thread stands alone; `inline`: beside the passage it is about. */
  readonly layout: 'inline' | 'page'
}

const STATE_MARK = {
  open: '○',
  answered: '◐',
  resolved: '●',
  dropped: '●',
  superseded: '●',
  overridden: '▲',
} as const

export function Thread({ thread, context }: { thread: ThreadShown; context: ThreadContext }) {
  const links = linksWithin(context.slug, thread.named)
  const href = site.thread(context.slug, thread.number)
  const isClosed = thread.state !== 'open' && thread.state !== 'answered'
  const body = (
    <>
      <ol className={styles.comments}>
        {commentTree(thread.comments).map((node) => (
          <Comment key={node.id} node={node} thread={thread} context={context} links={links} />
        ))}
      </ol>
      {thread.resolved && (
        <p className={styles.meta}>
          Resolved by {thread.resolved.by}, <When at={thread.resolved.at} />
        </p>
      )}
      <ThreadButtons thread={thread} context={context} />
    </>
  )
  const stateWords = (
    <>
      <span aria-hidden="true">{STATE_MARK[thread.state]}</span> {thread.state}
    </>
  )
  const title = (
    <>
      <a href={href}>#{thread.number}</a> {thread.kind} · {stateWords}
    </>
  )
  return (
    <section
      id={`t${thread.number}`}
      className={styles.thread}
      data-layout={context.layout}
      data-state={thread.state}
      aria-label={`Thread ${thread.number}, ${thread.kind}, ${thread.state}`}
    >
      {isClosed && context.layout === 'inline' ? (
        <details>
          <summary className={styles.title}>
            #{thread.number} {thread.kind} · {stateWords} · {thread.comments.length}{' '}
            {thread.comments.length === 1 ? 'comment' : 'comments'}
          </summary>
          <p className={styles.title}>
            <a href={href}>Thread {thread.number} on its own page</a>
          </p>
          {body}
        </details>
      ) : (
        <>
          {context.layout === 'inline' && <p className={styles.title}>{title}</p>}
          {body}
        </>
      )}
    </section>
  )
}

function Comment({
  node,
  thread,
  context,
  links,
}: {
  node: CommentNode
  thread: ThreadShown
  context: ThreadContext
  links: CommentLinks
}) {
  const anchorOf = (seq: number) => (context.layout === 'page' ? `c${seq}` : `t${thread.number}-c${seq}`)
  const anchor = anchorOf(node.seq)
  const place = { slug: context.slug, thread: thread.number, comment: node.seq }
  return (
    <li className={styles.comment}>
      <article id={anchor} tabIndex={-1} aria-label={`Comment ${node.seq} by ${node.author.name}`}>
        <header className={styles.head}>
          <span className={styles.author}>{node.author.name}</span>
          {node.author.roles.map((role) => (
            <span key={role} className={styles.role}>
              {role}
            </span>
          ))}
          {node.mail && <MailMark mail={node.mail} />}
          {node.inReplyTo !== null && (
            <a href={`#${anchorOf(node.inReplyTo)}`}>in reply to {node.inReplyTo}</a>
          )}
          <a href={site.comment(place)}>
            <When at={node.at} />
            <span className="visually-hidden">, link to comment {node.seq}</span>
          </a>
          {node.editedAt && (
            <a href={site.versions(place)}>edited{node.versions > 1 ? ` ${node.versions} times` : ''}</a>
          )}
        </header>
        {node.deleted ? (
          <p className={styles.tombstone}>
            Deleted by {node.deleted.by}, <When at={node.deleted.at} />
          </p>
        ) : (
          <Words node={node} links={links} />
        )}
        {!node.deleted && (
          <footer className={styles.tools}>
            {context.signedIn && (
              <a href={context.replyHref(place)} data-compose="reply" data-comment={node.id}>
                Reply
                <span className="visually-hidden">
                  {' '}
                  to comment {node.seq} by {node.author.name}
                </span>
              </a>
            )}
            {node.mayEdit && (
              <a href={site.editForm(place)}>
                Edit<span className="visually-hidden"> comment {node.seq}</span>
              </a>
            )}
            {node.mayDelete && (
              <details className={styles.confirm}>
                <summary>
                  Delete<span className="visually-hidden"> comment {node.seq}</span>
                </summary>
                <form action={context.actions.remove}>
                  <p>The words go; replies stay, and a line says who deleted it.</p>
                  <input type="hidden" name="slug" value={context.slug} />
                  <input type="hidden" name="commentId" value={node.id} />
                  <SubmitButton quiet>Delete the comment</SubmitButton>
                </form>
              </details>
            )}
          </footer>
        )}
        <div data-compose-place={`reply:${node.id}`}>{context.form(node.id)}</div>
      </article>
      {node.replies.length > 0 && (
        <ol className={styles.replies}>
          {node.replies.map((reply) => (
            <Comment key={reply.id} node={reply} thread={thread} context={context} links={links} />
          ))}
        </ol>
      )}
    </li>
  )
}

function Words({ node, links }: { node: CommentNode; links: CommentLinks }) {
  return (
    <>
      <CommentBody text={node.body} links={links} />
      {node.mail && <MailNotes mail={node.mail} />}
    </>
  )
}

function ThreadButtons({ thread, context }: { thread: ThreadShown; context: ThreadContext }) {
  const [act] = thread.acts
  if (!act) return null
  return (
    <form action={act === 'resolve' ? context.actions.resolve : context.actions.reopen}>
      <input type="hidden" name="slug" value={context.slug} />
      <input type="hidden" name="threadId" value={thread.id} />
      <SubmitButton quiet>{act === 'resolve' ? 'Resolve' : 'Open again'}</SubmitButton>
    </form>
  )
}
