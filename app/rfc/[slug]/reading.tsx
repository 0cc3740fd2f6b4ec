import { randomUUID } from 'node:crypto'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { requestViewer } from '#app/request-viewer.ts'
import { Simulation } from '#components/simulation/simulation.tsx'
import { CommentForm } from '#components/thread/comment-form.tsx'
import { Compose } from '#components/thread/compose.tsx'
import { LinePicker, PassageThreads } from '#components/thread/passage.tsx'
import type { ThreadContext } from '#components/thread/thread.tsx'
import { When } from '#components/ui/when.tsx'
import { WriteupDocument } from '#components/writeup/document.tsx'
import type { DocumentContext } from '#components/writeup/document-context.ts'
import { Outline } from '#components/writeup/outline.tsx'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { site } from '#lib/review/proposal/address.ts'
import { codeOf } from '#lib/review/revision/compiled.server.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { simulationOf } from '#lib/review/revision/simulation-of-revision.ts'
import { threadsOfRevision } from '#lib/review/thread/read-threads.server.ts'
import type { ThreadShown } from '#lib/review/thread/thread.ts'
import { outlineOf } from '#lib/writeup/page/outline.ts'
import { deleteCommentAction, openThreadAction, reopenAction, replyAction, resolveAction } from './actions.ts'
import styles from './reading.module.css'

export type Asked = {
  /** A block whose form is open (without JavaScript, or in another tab). */
  readonly comment?: string
}

/** `/rfc/<slug>` and `/rfc/<slug>/v3`: the whole revision as one page, with its threads. */
export async function Reading({
  slug,
  number,
  asked,
}: {
  slug: string
  number: number | null
  asked: Asked
}) {
  const viewer = await requestViewer()
  const revision = await loadRevision(viewer, slug, number)
  if (!revision) notFound()
  const { bundle } = revision
  const [threads, codes] = await Promise.all([
    threadsOfRevision(viewer, revision),
    Promise.all(bundle.documents.map(codeOf)),
  ])

  const here = site.revision(slug, revision.number)
  const byBlock = new Map<string, ThreadShown[]>()
  for (const thread of threads) {
    const { blockKey } = thread.anchor
    byBlock.set(blockKey, [...(byBlock.get(blockKey) ?? []), thread])
  }
  const textOf = new Map(bundle.blocks.map(({ key, text }) => [key, text]))
  const composeForm = (blockKey: string): ReactNode => {
    if (asked.comment !== blockKey) return null
    if (!viewer) {
      return (
        <p>
          <a href={site.signIn(site.commentForm(slug, revision.number, blockKey))}>Sign in</a> to comment on
          this passage.
        </p>
      )
    }
    return (
      <CommentForm
        action={openThreadAction}
        label="Your comment on this passage"
        submit="Comment"
        clientKey={randomUUID()}
        hidden={{ slug, revision: String(revision.number), blockKey }}
        cancelHref={site.block(slug, revision.number, blockKey)}
        autoFocus
      />
    )
  }
  const threadContext: ThreadContext = {
    slug,
    actions: { resolve: resolveAction, reopen: reopenAction, remove: deleteCommentAction },
    replyHref: site.replyForm,
    form: () => null,
    signedIn: viewer !== null,
    layout: 'inline',
  }

  const context: DocumentContext = {
    claim: (id) => {
      const claim = revision.claims.find((one) => one.id === id)
      const declared = bundle.claims.find((one) => one.id === id)
      if (!claim || !declared) return null
      const defines = declared.defines.map(({ name, value }) =>
        value === null ? `-D${name}` : `-D${name}=${value}`,
      )
      return {
        report: claim.report,
        variant: claim.variant,
        parameters: defines.join(' '),
        isStale: false, // a published revision never changes
        href: site.model(slug, claim.model, { revision: revision.number, variant: claim.variant }),
      }
    },
    question: (id) => {
      const question = bundle.questionnaire.questions.find((one) => one.id === id)
      return question ? { help: question.help, href: null } : null
    },
    ascii: (figureId) => bundle.figures.find(({ id }) => id === figureId)?.ascii ?? null,
    simulation: ({ id, model, variant, trace, caption }) => {
      const data = simulationOf(revision, { id, model, variant, claimId: trace ?? null })
      if (!data) return null
      const href = site.model(slug, data.model, { revision: revision.number, variant: data.variant })
      return <Simulation {...data} caption={caption ?? data.model} href={href} />
    },
    afterBlock: (blockKey) => (
      <PassageThreads
        blockKey={blockKey}
        threads={byBlock.get(blockKey) ?? []}
        context={threadContext}
        composeHref={viewer && site.commentForm(slug, revision.number, blockKey)}
        form={composeForm(blockKey)}
        text={textOf.get(blockKey) ?? ''}
      />
    ),
    afterGroup: (kind, keys) => (
      <>
        {viewer && (
          <LinePicker
            kind={kind}
            lines={keys.map((key) => ({ key, text: textOf.get(key) ?? '' }))}
            hrefOf={(key) => site.commentForm(slug, revision.number, key)}
          />
        )}
        {keys.map((key) => (
          <PassageThreads
            key={key}
            blockKey={key}
            threads={byBlock.get(key) ?? []}
            context={threadContext}
            composeHref={null}
            form={composeForm(key)}
            text={textOf.get(key) ?? ''}
          />
        ))}
      </>
    ),
  }

  const outline = <Outline entries={outlineOf(bundle.documents, bundle.blocks)} />
  return (
    <div className={styles.frame}>
      <a className="skip" href="#text">
        Skip the outline
      </a>
      <div className={styles.outline}>{outline}</div>
      <article className={styles.text} id="text" tabIndex={-1}>
        <header className={styles.head}>
          <p className={styles.facts}>
            <span>{revision.area}</span>
            <span>{revision.state.replace('_', ' ')}</span>
            <span>
              v{revision.number}, published <When at={revision.publishedAt} />
            </span>
          </p>
          <h1>{bundle.cover.title}</h1>
          <p className={styles.facts}>
            <span>{bundle.cover.authors.map((author) => author.replace(/ <.*/, '')).join(', ')}</span>
            <ClaimSummary claims={revision.claims} />
            <ThreadSummary threads={threads} />
          </p>
          <p className={styles.facts}>
            <a href={site.export(slug, { revision: revision.number })}>As the list sees it</a>
            <a href={site.revisionAsText(slug, revision.number)}>Plain text</a>
            <a href={site.revisionAsMailbox(slug, revision.number)}>mbox</a>
            {revision.numbers.length > 1 &&
              revision.numbers.map((other) => (
                <a
                  key={other}
                  href={site.revision(slug, other)}
                  aria-current={other === revision.number ? 'page' : undefined}
                >
                  v{other}
                </a>
              ))}
            {!viewer && <a href={site.signIn(here)}>Sign in to comment</a>}
          </p>
        </header>
        {/* One of the two outlines is displayed, by the width: beside the text, or folded before it. */}
        <details className={styles.foldedOutline}>
          <summary>Contents</summary>
          {outline}
        </details>
        {bundle.documents.map((document, index) => (
          <WriteupDocument
            key={document.writeup}
            writeup={document.writeup}
            title={document.title}
            code={codes[index] ?? ''}
            context={context}
          />
        ))}
      </article>
      {viewer && (
        <Compose
          slug={slug}
          revision={revision.number}
          openThread={openThreadAction}
          reply={replyAction}
          layout="inline"
        />
      )}
    </div>
  )
}

function ClaimSummary({ claims }: { claims: readonly { expect: string; report: { kind: string } }[] }) {
  if (claims.length === 0) return <span>no claims</span>
  const failing = claims.filter(({ expect, report }) => !isAsClaimed(expect, report.kind)).length
  return (
    <span>
      {failing === 0
        ? `${claims.length} claims, each with the verdict it states`
        : `${failing} of ${claims.length} claims without the verdict they state`}
    </span>
  )
}

function ThreadSummary({ threads }: { threads: readonly ThreadShown[] }) {
  const open = threads.filter(({ state }) => state === 'open' || state === 'answered')
  const first = open[0]
  if (!first) return <span>no open thread</span>
  return (
    <a href={`#t${first.number}`}>
      {open.length} open {open.length === 1 ? 'thread' : 'threads'}
    </a>
  )
}
