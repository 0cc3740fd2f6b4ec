import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { Follow } from '#components/thread/follow.tsx'
import { ThreadList } from '#components/thread/thread-list.tsx'
import { lastEvent } from '#lib/review/feed/live.server.ts'
import { titleOf } from '#lib/review/revision/revisions.server.ts'
import { listThreads } from '#lib/review/thread/list-threads.server.ts'
import { threadFilter } from '#lib/review/thread/thread-filter.ts'

type Props = {
  params: Promise<{ slug: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Threads of ${await titleOf(await requestViewer(), (await params).slug)}` }
}

export default async function ThreadsPage({ params, searchParams }: Props) {
  const [{ slug }, asked, viewer] = await Promise.all([params, searchParams, requestViewer()])
  const filter = threadFilter(asked)
  const after = await lastEvent(viewer, slug)
  const list = await listThreads(viewer, slug, filter)
  if (!list) return <NotThere />
  return (
    <ThreadList slug={slug} list={list} filter={filter} signedIn={viewer !== null} now={Date.now()}>
      <Follow
        slug={slug}
        after={String(after ?? 0)}
        page={{ layout: 'list', revision: 0, thread: null }}
        marks={false}
      />
    </ThreadList>
  )
}
