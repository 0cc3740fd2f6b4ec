import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { changeEnvironment } from '#lib/env.server.ts'
import { folderChanged, previewOfFolder } from './preview-folder.server.ts'

const TEMPLATE = join(import.meta.dirname, '../../../content/template')
const kept = globalThis as typeof globalThis & { coherentPreview?: unknown }
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'preview-'))
  await cp(TEMPLATE, folder, { recursive: true })
  // No database, so that a query would fail.
  changeEnvironment({ COHERENT_PREVIEW: folder, DATABASE_URL: undefined })
})
afterEach(async () => {
  changeEnvironment({ COHERENT_PREVIEW: undefined })
  delete kept.coherentPreview
  await rm(folder, { recursive: true, force: true })
})

const now = async () => {
  const preview = await previewOfFolder()
  if (!preview) throw new Error('it is no preview')
  return preview
}
const verdicts = async () => (await now()).shown?.revision.claims.map(({ report }) => report.kind)
async function checked(): Promise<readonly string[] | undefined> {
  for (let tries = 0; tries < 200 && (await verdicts())?.[0] === 'unfinished'; tries++) await sleep(50)
  return verdicts()
}

test('an app that has a database is no preview', async () => {
  changeEnvironment({ COHERENT_PREVIEW: undefined })
  expect(await previewOfFolder()).toBeNull()
  expect(await folderChanged('', new AbortController().signal)).toBeNull()
})

test('a folder is shown at once, its claims as soon as they are checked, and again when the model changed', async () => {
  const first = await now()
  expect(first.problems).toEqual([])
  expect(first.shown).toMatchObject({
    revision: { number: 1, publishedAt: '' },
    gate: { passes: false, open: 19 },
  })
  expect(first.shown?.revision.claims[0]?.report).toMatchObject({
    kind: 'unfinished',
    message: expect.stringContaining('being checked'),
  })
  expect(await checked()).toEqual(['violated'])
  // Who waits is told that there is something new.
  expect(await folderChanged(first.version, new AbortController().signal)).not.toBe(first.version)
  const model = join(folder, 'models/hand-over.pml')
  const source = await readFile(model, 'utf8')
  await writeFile(
    model,
    source
      .replace(':: !work ->\n', ':: atomic { !work ->\n')
      .replace('true;\n\t\t!asleep', 'true };\n\t\t!asleep'),
  )
  // The page that was drawn while the new model was checked is told when it is done.
  const drawn = await now()
  expect(drawn.shown?.revision.claims[0]?.report.kind).toBe('unfinished')
  expect(await checked()).toEqual(['holds'])
  expect(await folderChanged(drawn.version, new AbortController().signal)).not.toBe(drawn.version)
  await writeFile(model, 'active proctype p() {')
  await now()
  await sleep(200)
  expect((await now()).problems.join()).toMatch(/models\/hand-over\.pml:1:\d+:/)
})

test('while the folder has problems they are told, above what could be read last; a link is one, and is not followed', async () => {
  const before = await now()
  const problem = join(folder, 'problem.mdx')
  const text = await readFile(problem, 'utf8')
  await writeFile(problem, `${text}\nIt takes <10s.\n`)
  const broken = await now()
  expect(broken.problems).toEqual([expect.stringMatching(/^problem\.mdx:\d+:10: /)])
  expect(broken.shown?.revision.bundle.contentHash).toBe(before.shown?.revision.bundle.contentHash)
  expect(broken.version).not.toBe(before.version)
  await writeFile(problem, text)
  const well = await now()
  await symlink('/etc/passwd', join(folder, 'models/secret.pml'))
  expect(await folderChanged(well.version, new AbortController().signal)).not.toBe(well.version)
  expect((await now()).problems).toEqual([
    expect.stringContaining('models/secret.pml:1:1: Links are not allowed'),
  ])
  await rm(folder, { recursive: true })
  expect((await now()).problems).toEqual(['.:1:1: The folder cannot be read (ENOENT).'])
})

test('who waits for a folder that does not change goes when they go', async () => {
  await now()
  await checked()
  const { version } = await now()
  const leaving = new AbortController()
  setTimeout(() => leaving.abort(), 300)
  expect(await folderChanged(version, leaving.signal)).toBe(version)
})
