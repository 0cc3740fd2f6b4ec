import { access, constants, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { groupDigits } from '#lib/figures.ts'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { accountOf } from '#lib/review/account/account-of.server.ts'
import { giveShippedToFirstAdministrator } from '#lib/review/acts/own-shipped.server.ts'
import { describePublishFailure, publishBundle } from '#lib/review/acts/publish.server.ts'
import { gateSentence } from '#lib/review/gate/gate-text.ts'
import { placeWaiting } from '#lib/review/incoming/import.server.ts'
import { isVisibility, VISIBILITIES } from '#lib/review/person/visibility.ts'
import { isSlug, revisionNamed } from '#lib/review/proposal/address.ts'
import { standsPublished } from '#lib/review/revision/stored-rules.server.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle, readBundleFiles } from '#lib/writeup/bundle/read-bundle.server.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

/** What became of one revision; `refused` and `not-as-claimed` are a NO. */
type Published = 'published' | 'unchanged' | 'not-as-claimed' | 'refused'

const visibilityProblem = (text: string) =>
  isVisibility(text) ? null : `is one of ${VISIBILITIES.join(', ')}`

/**
 * `DIR/<slug>/v<N>` → publishes what is new, in the order of the numbers. Says everything that is wrong. A claim whose
 * verdict is not the one that the text needs is published all the same, because readers have to see it, and is a NO.
 */
export const publish = defineVerb(
  {
    name: 'publish',
    operands: 'DIR...',
    least: 1,
    most: Number.POSITIVE_INFINITY,
    about:
      'Publishes the revisions that DIR/<slug>/v<N> holds and the database does not, and says all that is wrong.\nA claim that is not as the text says is published, told, and ends with 1.',
    options: {
      visibility: {
        type: 'string',
        value: 'VISIBILITY',
        says: 'of a proposal that is new: public (without this), unlisted or embargoed',
        check: visibilityProblem,
      },
      as: {
        type: 'string',
        value: 'ADDRESS',
        says: 'whose account publishes: who makes a proposal is its author. Without it nobody does in\ntheir own name, and the first administrator is the author of what is new',
      },
      shipped: {
        type: 'boolean',
        says: 'the folder came with the program: a claim that is not as the text says, and a number\nthat stands here with other content, are told and do not end with 1',
      },
    },
  },
  async ({ values, operands }) => {
    if (values.as !== undefined && values.shipped)
      return wrongUse(
        'publish',
        'what came with the program is published by nobody: leave out --as or --shipped',
      )
    const publisher = values.as === undefined ? null : await accountOf(values.as)
    if (values.as !== undefined && publisher === null)
      return wrongUse('publish', `there is no account with the address ${values.as}`)
    const found = []
    for (const folder of operands) {
      const bundles = await bundleFolders(folder)
      if (!bundles) return wrongUse('publish', `${folder} is not a folder that can be read`)
      found.push(...bundles)
    }
    let failed = false
    for (const { slug, number, path } of found) {
      const became = await publishOne(slug, number, path, {
        isShipped: values.shipped ?? false,
        visibility: values.visibility,
        publisher: publisher?.personId ?? null,
      })
      if (became === 'refused' || (became === 'not-as-claimed' && !values.shipped)) failed = true
    }
    for (const slug of await giveShippedToFirstAdministrator())
      console.log(`${slug}: the first administrator is its author`)
    // Mail may have come before the revision that it answers.
    for await (const { messageId } of placeWaiting(new Date())) console.log(`mail ${messageId}: placed`)
    return failed ? exitCode.NO : exitCode.YES
  },
)

/** Null when the folder cannot be read. */
async function bundleFolders(folder: string) {
  const found: { slug: string; number: number; path: string }[] = []
  try {
    await access(folder, constants.R_OK | constants.X_OK)
    if (!(await stat(folder)).isDirectory()) return null
  } catch {
    return null // it is not there, or not for us
  }
  for (const slug of (await names(folder)).filter(isSlug).sort()) {
    for (const name of await names(join(folder, slug))) {
      const number = revisionNamed(name)
      if (number !== null) found.push({ slug, number, path: join(folder, slug, name) })
    }
  }
  return found.sort((a, b) => (a.slug === b.slug ? a.number - b.number : a.slug < b.slug ? -1 : 1))
}

async function names(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

type Wish = {
  readonly isShipped: boolean
  readonly visibility: string | undefined
  /** A person; null: nobody in their own name. */
  readonly publisher: string | null
}

async function publishOne(
  slug: string,
  number: number,
  path: string,
  { isShipped, visibility, publisher }: Wish,
): Promise<Published> {
  const questionnaires = await instanceQuestionnaires()
  const bundle = await readBundle(path, questionnaires)
  if (!bundle.ok) {
    // A rule is for what is published after it: these files stand already, and would stop every start.
    const files = await readBundleFiles(path)
    if (files.ok && (await standsPublished(slug, number, files.value))) {
      console.log(`${slug} v${number}: unchanged (newer rules would refuse it: coherent check-stored)`)
      return 'unchanged'
    }
    console.error(`${slug} v${number} was not published; its text has problems:`)
    for (const { file, line, column, message } of bundle.error) {
      console.error(`  ${join(path, file)}:${line}:${column}: ${message}`)
    }
    return 'refused'
  }
  if (bundle.value.cover.revision !== number) {
    console.error(
      `${join(path, 'cover.mdx')}: the folder is v${number}, but \`revision\` says ${bundle.value.cover.revision}. Make them agree.`,
    )
    return 'refused'
  }
  const published = await publishBundle(
    slug,
    bundle.value,
    new Date(),
    visibility !== undefined && isVisibility(visibility) ? visibility : 'public',
    publisher,
  )
  if (!published.ok) {
    if (isShipped && published.error.kind !== 'model') {
      console.log(`${slug} v${number}: skipped, this instance used its number or its name otherwise`)
      return 'unchanged'
    }
    console.error(describePublishFailure(slug, published.error))
    return 'refused'
  }
  if (published.value.kind === 'unchanged') {
    console.log(`${slug} v${number}: unchanged`)
    return 'unchanged'
  }
  console.log(`${slug} v${number}: published`)
  let doStand = true
  for (const { id, expect, report } of published.value.claims) {
    const line = `${id}: ${report.kind}, ${groupDigits(report.states)} states, ${report.ms} ms`
    if (isAsClaimed(expect, report.kind)) console.log(`  ${line} (as claimed)`)
    else {
      doStand = false
      console.error(`  ${line} (NOT AS CLAIMED: the text says ${expect})`)
    }
  }
  // An unfilled template must not be published in silence. It is no refusal: everybody sees what is open.
  const { gate } = published.value
  if (gate && !gate.passes) console.error(`  ${gateSentence(gate)} (coherent gate ${path})`)
  return doStand ? 'published' : 'not-as-claimed'
}
