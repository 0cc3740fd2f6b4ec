import type { Metadata } from 'next'
import { orNotNow } from '#app/not-now.tsx'
import { NotThere } from '#app/not-there.tsx'
import { requestViewer } from '#app/request-viewer.ts'
import { stillPieces } from '#app/still-pieces.ts'
import styles from '#components/draft/draft.module.css'
import { behindHtml, fileActs, fileForm, lookHtml, tabsHtml } from '#components/draft/edit-html.ts'
import { Editing } from '#components/draft/editing.tsx'
import page from '#components/ui/page.module.css'
import { StillHtml } from '#components/ui/still-html.tsx'
import { When } from '#components/ui/when.tsx'
import { NotNow } from '#lib/aside/not-now.ts'
import { inOrder } from '#lib/review/copy/copy-files.ts'
import { heavy } from '#lib/review/heavy/heavy.server.ts'
import { site } from '#lib/review/proposal/address.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'
import { editedBy, fileIn, titleIn } from './edit-files.ts'

type Props = {
  params: Promise<{ slug: string }>
  searchParams: Promise<{ file?: string; line?: string; done?: string }>
}

export const metadata: Metadata = { title: 'Edit' }

const DONE: Readonly<Record<string, string>> = {
  saved: 'Saved.',
  merged: 'Saved, together with what somebody else had saved meanwhile. Look at the text once more.',
  removed: 'The file is deleted. Its text stays in the history.',
  taken: 'What was accepted is in the text. Look at it once more.',
  'caught-up': 'What was published meanwhile is in the draft. Look at the text once more.',
  'taken-in': 'The accepted suggestions that fit are in the text. The history takes them back.',
  restored: 'The older state is back. What stood before is in the history.',
}

/** The author's editor. To everybody else there is none. */
export default async function EditRoute({ params, searchParams }: Props) {
  const [{ slug }, asked] = await Promise.all([params, searchParams])
  const viewer = await requestViewer()
  const edited = await editedBy(viewer, slug)
  if (!viewer)
    return (
      <div className={page.page}>
        <h1>Edit</h1>
        <p>
          <a href={site.signIn(site.edit(slug, { file: asked.file }))}>Sign in</a> to edit what is yours.
        </p>
      </div>
    )
  if (typeof edited === 'string') return <NotThere />
  const file = fileIn(edited, asked.file)
  const { copy, baseRevision } = edited
  const look = copy ? await heavy.lookAtCopy(viewer, slug).catch(orNotNow) : null
  const still = await stillPieces()
  const writeup = DOCUMENT_IDS.find((id) => file.path === `${id}.mdx`)
  const said = DONE[asked.done ?? '']
  return (
    <div className={styles.frame}>
      <header className={styles.head}>
        <h1>{titleIn(edited)}</h1>
        <p>
          {baseRevision === 0
            ? 'Not published; only you see it.'
            : `From v${baseRevision}; its authors see it.`}{' '}
          {copy ? (
            <>
              Saved <When at={copy.updatedAt.toISOString()} />.
            </>
          ) : (
            'Nothing was changed yet.'
          )}
        </p>
        <nav aria-label="Draft" className={styles.links}>
          {writeup && copy && (
            <a href={site.copyPreview(slug, writeup)} target="_blank" rel="noopener opener">
              Preview of {writeup}
            </a>
          )}
          {copy && <a href={site.copyHistory(slug)}>History</a>}
          {copy && <a href={site.copyPublish(slug)}>Publish v{baseRevision + 1}</a>}
          {baseRevision > 0 && <a href={site.proposal(slug)}>The published proposal</a>}
        </nav>
        {said && <p role="status">{said}</p>}
        {copy && edited.newest > baseRevision && (
          <StillHtml {...still('behind', behindHtml(slug, { newest: edited.newest, seen: copy.version }))} />
        )}
      </header>
      <div className={styles.editor}>
        <StillHtml
          {...still('tabs', tabsHtml(slug, inOrder(edited.files.map(({ path }) => path)), file.path))}
        />
        <StillHtml {...still('file', fileForm(slug, file))} />
        <StillHtml {...still('acts', fileActs(slug, file))} />
      </div>
      <aside className={styles.side} aria-label="What is missing" data-copy-side="">
        {copy ? (
          <StillHtml {...still('look', lookHtml(slug, look instanceof NotNow ? null : look, file.path))} />
        ) : (
          <p>What is missing is listed here once something is saved.</p>
        )}
      </aside>
      <Editing owner={viewer.personId} />
    </div>
  )
}
