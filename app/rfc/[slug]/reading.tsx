import { randomUUID } from 'node:crypto'
import { notFound } from 'next/navigation'
import { brokenPiece } from '#app/broken-piece.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { passages } from '#components/reading/passages.tsx'
import { revisionContext } from '#components/reading/revision-context.ts'
import { RevisionPage } from '#components/reading/revision-page.tsx'
import { UnreadableRevisionPage } from '#components/reading/unreadable-revision.tsx'
import { commentFormHtml, templates } from '#components/thread/comment-form-html.ts'
import { Compose } from '#components/thread/compose.tsx'
import { discussionPieces } from '#components/thread/discussion-html.ts'
import { html } from '#components/ui/html.ts'
import { site } from '#lib/review/proposal/address.ts'
import { codeOf } from '#lib/review/revision/compiled.server.ts'
import { loadRevision, orUnreadable, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { drawnLines } from '#lib/review/revision/simulation-of-revision.ts'
import { roomForThreads } from '#lib/review/thread/page-plan.ts'
import { discussionOf } from '#lib/review/thread/read-threads.server.ts'

export type Asked = {
  /** A block whose form is open (without JavaScript, or in another tab). */
  readonly comment?: string
  /** Every comment, beyond the page's budget. */
  readonly all?: string
}

/** The whole revision as one page, with its threads; `number` null: the newest. */
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
  const revision = await loadRevision(viewer, slug, number).catch(orUnreadable)
  if (!revision) notFound()
  if (revision instanceof UnreadableRevision)
    return <UnreadableRevisionPage slug={slug} places={revision.places} />
  const { bundle } = revision
  const signedIn = viewer !== null
  const codes = await Promise.all(bundle.documents.map(codeOf))
  const room =
    asked.all === undefined
      ? roomForThreads({
          codes,
          modelLines: drawnLines(bundle),
          passages: signedIn ? bundle.blocks.length : 0,
        })
      : null
  const discussion = await discussionOf(viewer, revision, room)
  const pieces = discussionPieces(discussion, {
    context: { slug, signedIn, layout: 'inline', broken: brokenPiece },
    revision: revision.number,
    room,
  })
  const place = { slug, revision: revision.number }
  const form =
    asked.comment === undefined
      ? null
      : {
          blockKey: asked.comment,
          form: signedIn
            ? commentFormHtml({
                kind: 'thread',
                slug,
                fields: { revision: String(revision.number), blockKey: asked.comment },
                clientKey: randomUUID(),
                typed: '',
                cancelHref: site.block(slug, revision.number, asked.comment),
              })
            : html`<p><a href="${site.signIn(site.commentForm(slug, revision.number, asked.comment))}">Sign in</a> to comment on this passage.</p>`,
        }
  const still = await stillPieces()
  const known = new Set(bundle.blocks.map(({ key }) => key))
  const lost = pieces.places.filter((key) => !known.has(key))
  return (
    <RevisionPage
      facts={{
        ...revision,
        title: bundle.cover.title,
        authors: bundle.cover.authors,
        openThreads: discussion.heads.filter(({ isOpen }) => isOpen),
        signedIn,
        isShortened: [...discussion.shares.values()].some((share) => share !== 'whole'),
      }}
      bundle={bundle}
      codes={codes}
      context={{
        ...{ broken: brokenPiece, ...revisionContext(revision) },
        ...passages({ ...place, signedIn, blocks: bundle.blocks, threads: pieces.at, form, still }),
      }}
      lost={lost.length > 0 ? still('lost', html`${lost.map(pieces.at)}`) : null}
    >
      {/* Without an account there is nothing to send, but there may be threads to open in place. */}
      <Compose {...place} layout="inline" template={signedIn ? still('form', templates(slug)) : null} />
    </RevisionPage>
  )
}
