import { randomUUID } from 'node:crypto'
import type { Metadata } from 'next'
import { brokenPiece } from '#app/broken-piece.ts'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { writerOf } from '#components/thread/comment-form-html.ts'
import { ThreadPage } from '#components/thread/thread-page.tsx'
import { lastEvent } from '#lib/review/feed/live.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'
import { pinChoices, pinningOf } from '#lib/review/thread/pin-choices.server.ts'
import { commentVersions, findThreadPart } from '#lib/review/thread/read-threads.server.ts'
import { nextUnread } from '#lib/review/thread/since-read.server.ts'
import { isWordedAct } from '#lib/review/thread/thread-input.ts'
import { placesOf } from '#lib/review/thread/thread-places.server.ts'

type Props = {
  params: Promise<{ slug: string; number: string }>
  /** Numbers of comments: which is answered, edited, or shown with its earlier texts, or whose part of the thread is shown. */
  searchParams: Promise<{
    reply?: string
    edit?: string
    versions?: string
    at?: string
    act?: string
    pin?: string
  }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, number } = await params
  return { title: `Thread ${number} of ${await titleOf(await requestViewer(), slug)}` }
}

const numberOf = (text: string | undefined) => (/^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : null)

export default async function ThreadRoute({ params, searchParams }: Props) {
  const [{ slug, number }, asked] = await Promise.all([params, searchParams])
  if (!/^[1-9]\d{0,8}$/.test(number)) return <NotThere />
  const viewer = await requestViewer()
  const about = asked.edit ?? asked.reply ?? asked.versions ?? asked.at
  const after = await lastEvent(viewer, slug)
  const found = await findThreadPart(viewer, slug, Number(number), numberOf(about))
  if (!found) return <NotThere />
  const { thread, unread, firstUnread, ...parts } = found
  const comment = (seq: string | undefined) => thread.comments.find((one) => String(one.seq) === seq)
  const shown = comment(asked.versions)
  const act = asked.act ?? ''
  const pinning = await pinningOf(viewer, slug, thread.number)
  return (
    <ThreadPage
      slug={slug}
      thread={thread}
      parts={parts}
      unread={{ count: unread, first: firstUnread, next: await nextUnread(viewer, slug, thread.number) }}
      signedIn={viewer !== null}
      writer={writerOf(viewer)}
      edits={comment(asked.edit) ?? null}
      answers={comment(asked.reply) ?? null}
      clientKey={randomUUID()}
      act={isWordedAct(act) ? act : null}
      places={await placesOf(viewer, slug, thread.number)}
      pinning={
        pinning && {
          newest: pinning.newest,
          choices: asked.pin === undefined ? null : await pinChoices(pinning),
        }
      }
      versions={shown ? { of: shown.seq, texts: await commentVersions(viewer, shown.id) } : null}
      still={await stillPieces()}
      broken={brokenPiece}
      now={Date.now()}
      after={String(after ?? 0)}
      signInHref={site.signIn(site.thread(slug, thread.number))}
    />
  )
}
