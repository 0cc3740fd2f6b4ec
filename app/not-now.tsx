import page from '#components/ui/page.module.css'
import { NotNow } from '#lib/aside/not-now.ts'
import { markNotNow } from '#lib/log.server.ts'

export const NOT_NOW_WORDS =
  'Too much is asked of this site at the moment. Nothing is lost: try again in a minute.'

/** For `catch`: what was too much is said on the page, and every other failure stays one. */
export function orNotNow(error: unknown): NotNow {
  if (error instanceof NotNow) return error
  throw error
}

/** In place of a page that could not be made now: a 503 that says when to come again (scripts/failure-answers.ts). */
export function NotNowPage() {
  markNotNow()
  return (
    <div className={page.page}>
      <h1>Not now</h1>
      <p role="status">{NOT_NOW_WORDS}</p>
    </div>
  )
}

/** The same, for who asked for a file or a text. */
export const notNowText = (): Response =>
  new Response(`${NOT_NOW_WORDS}\n`, {
    status: 503,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'retry-after': '60',
    },
  })
