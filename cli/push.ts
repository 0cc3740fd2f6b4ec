import { resolve } from 'node:path'
import { z } from 'zod'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { isVisibility, VISIBILITIES } from '#lib/review/person/visibility.ts'
import { isSlug, slugOfFolder } from '#lib/review/proposal/address.ts'
import { openSite, type Refused, SITE_OPTION, type Site, shown, tellRefused } from './ask-site.ts'
import { isFolder } from './examined-folder.ts'
import { exitCode } from './exit-code.ts'
import { pullInto } from './pull.ts'
import {
  filesOfCopy,
  keepOrigin,
  localFiles,
  originOf,
  RemoteCopy,
  tellMerged,
  threeWay,
} from './pulled-folder.ts'
import { defineVerb, wrongUse } from './verb.ts'

const Pushed = z.object({ version: z.int(), files: z.record(z.string(), z.string()) })
const Published = z.object({
  number: z.int(),
  gate: z.object({ passes: z.boolean() }).nullable(),
  claims: z.array(
    z.object({ id: z.string(), expect: z.string(), kind: z.enum(['holds', 'violated', 'unfinished']) }),
  ),
})
const Place = z.object({ file: z.string(), line: z.int(), column: z.int(), message: z.string() })
const Problems = z.object({ problems: z.array(Place) })
const Gate = z.object({
  gate: z.object({
    items: z.array(
      Place.omit({ message: true }).extend({ id: z.string(), isOpen: z.boolean(), why: z.string() }),
    ),
  }),
})

/** NO: the site has changes that are not here, or refuses to publish. Nothing is written then. */
export const push = defineVerb(
  {
    name: 'push',
    operands: 'DIR',
    least: 1,
    most: 1,
    about: `Makes the draft of a proposal what DIR is, byte for byte; of a name that is free it begins one. Where the site changed since
DIR was pulled nothing is pushed: the files are named, and the three-way result is written beside DIR. With --publish the draft
becomes the next revision. The token is in COHERENT_TOKEN (made at My account).`,
    options: {
      slug: {
        type: 'string',
        value: 'SLUG',
        says: 'the name of the proposal (without it: what was pulled, else the name of the folder)',
        check: (value: string) => (isSlug(value) ? null : 'is no name of a proposal'),
      },
      publish: { type: 'boolean', says: 'publish it as the next revision' },
      message: {
        type: 'string',
        short: 'm',
        multiple: true,
        value: 'WORDS',
        says: 'with --publish: what changed since the revision before; more than once',
      },
      visibility: {
        type: 'string',
        value: 'VISIBILITY',
        says: 'with --publish, of a proposal that is new: public (without this), unlisted or embargoed',
        check: (value: string) => (isVisibility(value) ? null : `is one of ${VISIBILITIES.join(', ')}`),
      },
      unfinished: { type: 'boolean', says: 'with --publish: although questions are open' },
      ...SITE_OPTION,
    },
  },
  async ({ values, operands: [dir = ''] }) => {
    const folder = resolve(dir)
    if (!(await isFolder(folder))) return wrongUse('push', `${dir} is not a folder that can be read`)
    const { publish, message = [], visibility = 'public', unfinished } = values
    if (!publish && (message.length > 0 || unfinished || values.visibility !== undefined))
      return wrongUse('push', '-m, --visibility and --unfinished are of --publish')
    const origin = await originOf(folder)
    const slug = values.slug ?? origin?.slug ?? slugOfFolder(folder)
    if (slug === null) return wrongUse('push', `${dir} is no name of a proposal: say --slug`)
    if (origin && origin.slug !== slug) return wrongUse('push', `${dir} was pulled from ${origin.slug}`)
    const opened = openSite(values.site, origin?.site)
    if (!opened.ok) return wrongUse('push', opened.error)
    const site = opened.value
    const pushed = await pushFolder(site, slug, folder)
    if (typeof pushed === 'number' || !publish) return typeof pushed === 'number' ? pushed : exitCode.YES
    const published = await site.ask(`/api/rfc/${slug}/publish`, Published, {
      seen: pushed.version,
      changelog: message,
      visibility,
      unfinished: unfinished === true,
    })
    if (!published.ok) return tellUnpublished(folder, published.error)
    const { number, claims, gate } = published.value
    console.log(`${slug} v${number}: published`)
    const wrong = claims.filter(({ expect, kind }) => !isAsClaimed(expect, kind))
    for (const { id, expect, kind } of wrong)
      console.error(`  ${shown(id)}: ${kind} (NOT AS CLAIMED: the text says ${shown(expect)})`)
    if (gate && !gate.passes) console.error(`  It is incomplete: coherent gate ${dir}`)
    // The site wrote number, date and changelog into the cover.
    const pulled = await pullInto(site, slug, folder)
    return Math.max(pulled, wrong.length > 0 ? exitCode.NO : exitCode.YES)
  },
)

async function pushFolder(site: Site, slug: string, folder: string): Promise<{ version: number } | number> {
  const local = await localFiles(folder)
  if (!local.ok) {
    for (const line of local.error) console.error(line)
    return exitCode.NO
  }
  const base = (await originOf(folder))?.base ?? {}
  const files = local.value.map(({ path, bytes }) => ({
    path,
    base64: Buffer.from(bytes).toString('base64'),
  }))
  const pushed = await site.ask(`/api/rfc/${slug}/copy`, Pushed, { base, files })
  const from = { site: site.url, slug }
  if (pushed.ok) {
    await keepOrigin(folder, { ...from, base: pushed.value.files }, local.value)
    console.log(`${folder}: pushed to ${slug}, its draft ${pushed.value.version}`)
    return { version: pushed.value.version }
  }
  if (pushed.error.status !== 409) return tellRefused('push', pushed.error)
  console.error(`coherent push: ${pushed.error.says}`)
  const copy = await site.ask(`/api/rfc/${slug}/copy`, RemoteCopy)
  if (!copy.ok) return tellRefused('push', copy.error)
  const remote = filesOfCopy(copy.value)
  if (!remote.ok) return tellRefused('push', { status: 0, says: remote.error, body: null })
  await tellMerged(folder, await threeWay(folder, local.value, remote.value, base), remote.value, from)
  return exitCode.NO
}

function tellUnpublished(folder: string, refused: Refused): number {
  const problems = Problems.safeParse(refused.body)
  if (problems.success)
    for (const { file, line, column, message } of problems.data.problems)
      console.error(`${folder}/${shown(file)}:${line}:${column}: ${shown(message)}`)
  const open = Gate.safeParse(refused.body)
  if (open.success)
    for (const { file, line, column, id, why } of open.data.gate.items.filter(({ isOpen }) => isOpen))
      console.error(`${folder}/${shown(file)}:${line}:${column}: ${shown(id)}: ${shown(why)}`)
  const says = refused.says.replace(
    ' Tick the box to publish it unfinished.',
    ' With --unfinished it is published so.',
  )
  return tellRefused('push', { ...refused, says })
}
