import type { Metadata } from 'next'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import { deleteForm, historyHtml, stateFileHtml } from '#components/draft/history-html.ts'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { copyAccess, stateFiles, statesOf } from '#lib/review/copy/read-copies.server.ts'
import { site } from '#lib/review/proposal/address.ts'

type Props = {
  params: Promise<{ slug: string }>
  searchParams: Promise<{ before?: string; state?: string; file?: string }>
}

export const metadata: Metadata = { title: 'History of a draft' }

const ON_A_PAGE = 50
const numbered = (text: string | undefined) => (/^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : undefined)

/** What was saved when and by whom, with a way back. */
export default async function HistoryRoute({ params, searchParams }: Props) {
  const [{ slug }, asked] = await Promise.all([params, searchParams])
  const viewer = await requestViewer()
  const access = await copyAccess(viewer, slug)
  if (access.kind !== 'edit') return <NotThere />
  const still = await stillPieces()
  const state = numbered(asked.state)
  if (state !== undefined) {
    const found = (await stateFiles(viewer, slug, state))?.find(({ path }) => path === asked.file)
    if (!found) return <NotThere />
    const text = new TextDecoder().decode(found.bytes)
    return (
      <div className={page.page}>
        <h1>History</h1>
        <StillHtml {...still('file', stateFileHtml(slug, { state, path: found.path, text }))} />
      </div>
    )
  }
  const before = numbered(asked.before)
  const states = (await statesOf(viewer, slug, { before, take: ON_A_PAGE + 1 })) ?? []
  const older = states.length > ON_A_PAGE ? (states.at(-2)?.version ?? null) : null
  const shown = { version: access.head.version, now: Date.now(), older }
  return (
    <div className={page.page}>
      <p>
        <a href={site.edit(slug)}>The text</a>
      </p>
      <h1>History</h1>
      <p>
        The last 300 states are kept, as far as they have 48 MB together. What a page saves within two minutes
        is one state. Putting one back loses nothing: what is there now becomes a state of its own.
      </p>
      <StillHtml {...still('states', historyHtml(slug, states.slice(0, ON_A_PAGE), shown))} />
      <h2>Delete it</h2>
      <StillHtml {...still('delete', deleteForm(slug, access.head.version))} />
    </div>
  )
}
