import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describePublishFailure, publishBundle } from '#lib/review/acts/publish.server.ts'
import { placeWaiting } from '#lib/review/incoming/import.server.ts'
import { isSlug, revisionNamed } from '#lib/review/proposal/address.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'

/** `DIR/<slug>/v<N>` → publishes what is new, in the order of the numbers. Says everything that is wrong. */
export async function publish(folders: string[]): Promise<number> {
  if (folders.length === 0) {
    console.error('coherent publish: name the folder that holds the proposals, such as `content`')
    return 3
  }
  let failed = false
  for (const folder of folders) {
    for (const { slug, number, path } of await bundleFolders(folder)) {
      if (!(await publishOne(slug, number, path))) failed = true
    }
  }
  // Mail may have come before the revision that it answers.
  for await (const { messageId } of placeWaiting(new Date())) console.log(`mail ${messageId}: placed`)
  return failed ? 1 : 0
}

async function bundleFolders(folder: string) {
  const found: { slug: string; number: number; path: string }[] = []
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

async function publishOne(slug: string, number: number, path: string): Promise<boolean> {
  const questionnaires = await instanceQuestionnaires()
  const bundle = await readBundle(path, questionnaires)
  if (!bundle.ok) {
    console.error(`${slug} v${number} was not published; its text has problems:`)
    for (const { file, line, column, message } of bundle.error) {
      console.error(`  ${join(path, file)}:${line}:${column}: ${message}`)
    }
    return false
  }
  if (bundle.value.cover.revision !== number) {
    console.error(
      `${join(path, 'cover.mdx')}: the folder is v${number}, but \`revision\` says ${bundle.value.cover.revision}. Make them agree.`,
    )
    return false
  }
  const published = await publishBundle(slug, bundle.value)
  if (!published.ok) {
    console.error(describePublishFailure(slug, published.error))
    return false
  }
  if (published.value.kind === 'published') {
    console.log(`${slug} v${number}: published`)
    for (const { id, expect, report } of published.value.claims) {
      const mark = report.kind === expect ? 'as claimed' : `CLAIMED: ${expect}`
      console.log(
        `  ${id}: ${report.kind}, ${report.states.toLocaleString('en-US')} states, ${report.ms} ms (${mark})`,
      )
    }
  } else {
    console.log(`${slug} v${number}: unchanged`)
  }
  return true
}
