import type { Metadata } from 'next'
import page from '#components/ui/page.module.css'
import { safeReturnPath } from '#lib/review/account/sign-in.ts'
import { describeFailure, type ThreadFailure } from '#lib/review/thread/thread.ts'

export const metadata: Metadata = { title: 'Not done', robots: 'noindex' }

// Those that a button can meet; each has no more to say than its kind.
const KINDS = [
  'signed-out',
  'forbidden',
  'no-such-comment',
  'no-such-thread',
  'comment-deleted',
  'other-kind',
  'other-state',
] as const

function failureOf(kind: string | undefined): ThreadFailure | null {
  const known = KINDS.find((one) => one === kind)
  return known ? { kind: known } : null
}

/** Where a button of a thread leads when its action was refused, with and without JavaScript. */
export default async function ProblemPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string>>
}) {
  const { kind, back } = await searchParams
  const failure = failureOf(kind)
  return (
    <div className={page.page}>
      <h1>Nothing was changed</h1>
      <p role="alert">{failure ? describeFailure(failure) : 'The action was not possible.'}</p>
      <p>
        <a href={safeReturnPath(back)}>Back to the proposal</a>
      </p>
    </div>
  )
}
