import type { Metadata } from 'next'
import { brokenPiece } from '#app/broken-piece.ts'
import { NotThere } from '#app/not-there.tsx'
import { stillPieces } from '#app/still-pieces.ts'
import { FolderProblems } from '#components/reading/folder-problems.tsx'
import { ReloadWhenChanged } from '#components/reading/reload-when-changed.tsx'
import { revisionContext } from '#components/reading/revision-context.ts'
import { RevisionPage } from '#components/reading/revision-page.tsx'
import page from '#components/ui/page.module.css'
import { oneAfterAnother } from '#lib/aside/give-way.server.ts'
import { previewOfFolder } from '#lib/review/gate/preview-folder.server.ts'
import { codeOf } from '#lib/review/revision/compiled.server.ts'

export const metadata: Metadata = { title: 'Preview' }

/** The reading page of a folder, in the app that `coherent preview` starts. Nowhere else is there such a page. */
export default async function Preview() {
  const preview = await previewOfFolder()
  if (!preview) return <NotThere />
  const { problems, shown, version } = preview
  const notice = (
    <>
      <FolderProblems problems={problems} isBelowOlder={shown !== null && problems.length > 0} />
      <ReloadWhenChanged version={version} />
    </>
  )
  if (!shown)
    return (
      <div className={page.page}>
        <h1>This folder cannot be shown yet</h1>
        {notice}
      </div>
    )
  const { revision, gate } = shown
  const { bundle } = revision
  const codes = await Promise.all(bundle.documents.map(codeOf))
  const still = await stillPieces()
  // Of a folder verdicts change while its text does not: nothing is kept for the next reader.
  const { same: _, ...context } = revisionContext(revision, null, still)
  return (
    <RevisionPage
      facts={{
        ...revision,
        standing: null,
        authors: bundle.cover.authors,
        openThreads: [],
        unread: [],
        gate,
        signedIn: false,
        mayEdit: false,
        drafts: 0,
        isShortened: false,
      }}
      bundle={bundle}
      documents={bundle.documents}
      alone={null}
      codes={codes}
      context={{ broken: brokenPiece, still, ...context }}
      notice={notice}
      turn={oneAfterAnother()}
      gone={new Map()}
      whole={new Map()}
      lost={null}
    >
      {null}
    </RevisionPage>
  )
}
