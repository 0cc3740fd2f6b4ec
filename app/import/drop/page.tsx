import type { Metadata } from 'next'
import { dropAllAction } from '#app/import/actions.ts'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { DropAllForm } from '#components/incoming/decide-forms.tsx'
import page from '#components/ui/page.module.css'
import { site } from '#lib/review/proposal/address.ts'
import { countDroppable } from '#lib/review/queue/drop-all.server.ts'

export const metadata: Metadata = { title: 'Drop all of one', robots: 'noindex' }

type Props = { searchParams: Promise<{ sender?: string | string[]; bringer?: string | string[] }> }

/** Says how many there are before anything is dropped. */
export default async function DropPage({ searchParams }: Props) {
  const { sender, bringer } = await searchParams
  const by = typeof sender === 'string' ? 'sender' : 'bringer'
  const of = typeof sender === 'string' ? sender : bringer
  if (typeof of !== 'string') return <NotThere />
  const viewer = await requestViewer()
  const [count, unproved] = await Promise.all([
    countDroppable(viewer, { by, of, isUnprovedOnly: false }),
    countDroppable(viewer, { by, of, isUnprovedOnly: true }),
  ])
  if (!count || !unproved || count.who === '') return <NotThere />
  const words = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
  return (
    <div className={page.page}>
      <p>
        <a href={site.queue()}>Mail that waits or is held</a>
      </p>
      <h1>
        {by === 'sender' ? `Drop all mail from ${count.who}` : `Drop all mail that ${count.who} brought`}
      </h1>
      <p>
        {words(count.mails, 'mail')} with {words(count.comments, 'comment')}
        {count.proved > 0 && `; ${count.proved} of the mails ${count.proved === 1 ? 'is' : 'are'} proved`}.
        Where you may drop mail. The comments become empty for everybody, answers to them stay, the mails are
        kept as they came, and none of it can be taken back here.
      </p>
      <DropAllForm by={by} of={of} unproved={unproved.mails} all={count.mails} action={dropAllAction} />
    </div>
  )
}
