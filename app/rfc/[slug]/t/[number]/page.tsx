import { randomUUID } from 'node:crypto'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { brokenPiece } from '#app/broken-piece.ts'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { ThreadPage } from '#components/thread/thread-page.tsx'
import { site } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'
import { commentVersions, findThread } from '#lib/review/thread/read-threads.server.ts'

type Props = {
  params: Promise<{ slug: string; number: string }>
  /** Numbers of comments: which is answered, edited, or shown with its earlier texts. */
  searchParams: Promise<{ reply?: string; edit?: string; versions?: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, number } = await params
  return { title: `Thread ${number} of ${await titleOf(slug)}` }
}

export default async function ThreadRoute({ params, searchParams }: Props) {
  const [{ slug, number }, asked] = await Promise.all([params, searchParams])
  if (!/^[1-9]\d{0,8}$/.test(number)) notFound()
  const viewer = await requestViewer()
  const thread = await findThread(viewer, slug, Number(number))
  if (!thread) notFound()
  const comment = (seq: string | undefined) => thread.comments.find((one) => String(one.seq) === seq)
  const shown = comment(asked.versions)
  return (
    <ThreadPage
      slug={slug}
      thread={thread}
      signedIn={viewer !== null}
      edits={comment(asked.edit) ?? null}
      answers={comment(asked.reply) ?? null}
      clientKey={randomUUID()}
      versions={shown ? { of: shown.seq, texts: await commentVersions(viewer, shown.id) } : null}
      still={await stillPieces()}
      broken={brokenPiece}
      signInHref={site.signIn(site.thread(slug, thread.number))}
    />
  )
}
