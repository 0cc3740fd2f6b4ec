import type { EditedFile } from '#components/draft/edit-html.ts'
import { inOrder } from '#lib/review/copy/copy-files.ts'
import { filesOfNewest, newestNumber } from '#lib/review/copy/newest-files.server.ts'
import { copyAccess, copyOf, type WorkingCopy } from '#lib/review/copy/read-copies.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'

/** What an author edits: the working copy, or the newest revision while there is none. */
export type Edited = {
  readonly slug: string
  /** Null: nothing was saved yet. */
  readonly copy: WorkingCopy | null
  readonly baseRevision: number
  /** Of the proposal; 0: it is not published. */
  readonly newest: number
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array; readonly sha256: string }[]
}

export async function editedBy(
  viewer: Viewer,
  slug: string,
): Promise<Edited | 'signed-out' | 'forbidden' | 'nothing'> {
  const access = await copyAccess(viewer, slug)
  if (access.kind === 'begin') {
    const newest = await filesOfNewest(access.proposalId)
    return { slug, copy: null, baseRevision: newest.number, newest: newest.number, files: newest.files }
  }
  if (access.kind !== 'edit') return access.kind
  const copy = await copyOf(viewer, slug)
  if (!copy) return 'nothing'
  const newest = copy.proposalId === null ? 0 : await newestNumber(copy.proposalId)
  return { slug, copy, baseRevision: copy.baseRevision, newest, files: copy.files }
}

/** The file that is asked for, or the first. */
export function fileIn({ files }: Edited, path: string | undefined): EditedFile {
  const order = inOrder(files.map((one) => one.path))
  const found = files.find((one) => one.path === path) ?? files.find((one) => one.path === order[0])
  if (!found) return { path: 'cover.mdx', text: '', base: null }
  return { path: found.path, text: new TextDecoder().decode(found.bytes), base: found.sha256 }
}

export const titleIn = ({ slug, files }: Edited): string => {
  const cover = files.find(({ path }) => path === 'cover.mdx')
  const text = cover ? new TextDecoder().decode(cover.bytes.subarray(0, 4096)) : ''
  return /^title:[ \t]*(.+)$/m.exec(text)?.[1]?.trim() ?? slug
}
