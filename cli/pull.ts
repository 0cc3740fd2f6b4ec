import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isSlug } from '#lib/review/proposal/address.ts'
import { openSite, SITE_OPTION, type Site, tellRefused } from './ask-site.ts'
import { isFolder } from './examined-folder.ts'
import { exitCode } from './exit-code.ts'
import {
  filesOfCopy,
  localFiles,
  manifestOf,
  originOf,
  RemoteCopy,
  tellMerged,
  threeWay,
  writePulled,
} from './pulled-folder.ts'
import { threadsAsText } from './threads.ts'
import { defineVerb, wrongUse } from './verb.ts'

/** NO: it was refused, or the folder has changes of its own, which are kept. */
export const pull = defineVerb(
  {
    name: 'pull',
    operands: 'SLUG DIR',
    least: 2,
    most: 2,
    about: `The files of a proposal of yours, as they are in its draft, else in its newest revision, byte for byte. DIR is new, or was
pulled before: then what changed on the site is brought in, and what you changed stays. Where both changed a file nothing is
written there; the three-way result is written beside. The token is in COHERENT_TOKEN (made at My account).`,
    options: {
      threads: { type: 'boolean', says: 'the threads, too, as text in DIR/.coherent/threads.txt' },
      ...SITE_OPTION,
    },
  },
  async ({ values, operands: [slug = '', dir = ''] }) => {
    if (!isSlug(slug)) return wrongUse('pull', `${slug} is no name of a proposal`)
    const folder = resolve(dir)
    const origin = await originOf(folder)
    if (origin && origin.slug !== slug)
      return wrongUse('pull', `${dir} was pulled from ${origin.slug}; name another folder`)
    const opened = openSite(values.site, origin?.site)
    if (!opened.ok) return wrongUse('pull', opened.error)
    const site = opened.value
    const code = await pullInto(site, slug, folder)
    if (code !== exitCode.YES || !values.threads) return code
    const text = await threadsAsText(site, slug)
    if (!text.ok) return tellRefused('pull', text.error)
    await writeFile(join(folder, '.coherent/threads.txt'), text.value)
    console.log(`${join(dir, '.coherent/threads.txt')}: the threads`)
    return exitCode.YES
  },
)

/** Also once something was published: its number, date and changelog are written on the site. */
export async function pullInto(site: Site, slug: string, folder: string): Promise<number> {
  const copy = await site.ask(`/api/rfc/${slug}/copy`, RemoteCopy)
  if (!copy.ok) return tellRefused('pull', copy.error)
  const remote = filesOfCopy(copy.value)
  if (!remote.ok) return tellRefused('pull', { status: 0, says: remote.error, body: null })
  const origin = await originOf(folder)
  const isThere = existsSync(folder)
  if (isThere && !(await isFolder(folder))) return wrongUse('pull', `${folder} is not a folder`)
  const local = isThere ? await localFiles(folder) : { ok: true as const, value: [] }
  if (!local.ok) {
    for (const line of local.error) console.error(line)
    return exitCode.NO
  }
  if (!origin && local.value.length > 0)
    return wrongUse('pull', `${folder} has files in it that were not pulled; name another folder`)
  const merged = await threeWay(folder, local.value, remote.value, origin?.base ?? {})
  const from = { site: site.url, slug }
  if (merged.both.length > 0) {
    await tellMerged(folder, merged, remote.value, from)
    return exitCode.NO
  }
  const now = { ...from, base: manifestOf(remote.value) }
  await writePulled(folder, merged.files, local.value, now, remote.value)
  console.log(
    `${folder}: ${remote.value.length} files of ${slug}, ${copy.value.version > 0 ? 'its draft' : `v${copy.value.revision}`}`,
  )
  return exitCode.YES
}
