/** Further revisions of a shipped proposal, with other words: for tests of what becomes of threads. */
import 'server-only'
import { join } from 'node:path'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'
import { parseBundle } from '#lib/writeup/bundle/bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundleFiles } from '#lib/writeup/bundle/read-bundle.server.ts'

const CONTENT = join(import.meta.dirname, '../../../../content')

export type Edit = (path: string, source: string) => string

/** The bundle that ships as `of`, as revision `number` of a proposal of a test's own, edited. */
export async function editedBundle(
  slug: string,
  number: number,
  edit: Edit,
  of = 'futex-requests-2021',
  /** Files beside those that ship, by path. */
  more: Readonly<Record<string, string>> = {},
): Promise<Bundle> {
  const files = await readBundleFiles(join(CONTENT, of, 'v1'))
  if (!files.ok) throw new Error(JSON.stringify(files.error))
  const added = Object.entries(more).map(([path, text]) => ({
    path,
    bytes: new Uint8Array(Buffer.from(text)),
  }))
  const edited = [...files.value, ...added].map(({ path, bytes }) => {
    if (!path.endsWith('.mdx')) return { path, bytes }
    let text = edit(path, Buffer.from(bytes).toString('utf8'))
    if (path === 'cover.mdx') {
      text = text
        .replace(/^change-id: .*$/m, `change-id: 20261123-${slug}-0a0b0c0d`)
        .replace(/^revision: .*$/m, `revision: ${number}`)
      if (number > 1 && !/^changelog:/m.test(text)) {
        text = text.replace(
          /^revision: .*$/m,
          (line) =>
            `${line}\nchangelog:\n  - Words of the text were changed for this test, and some paragraphs moved.`,
        )
      }
    }
    return { path, bytes: new Uint8Array(Buffer.from(text, 'utf8')) }
  })
  const bundle = parseBundle(edited, await instanceQuestionnaires())
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error.slice(0, 3)))
  return bundle.value
}

export async function publishEdited(
  slug: string,
  number: number,
  edit: Edit,
  of?: string,
  more?: Readonly<Record<string, string>>,
): Promise<Bundle> {
  const bundle = await editedBundle(slug, number, edit, of, more)
  const published = await publishBundle(slug, bundle)
  if (!published.ok) throw new Error(JSON.stringify(published.error))
  return bundle
}
