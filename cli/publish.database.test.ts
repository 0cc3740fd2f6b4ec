import { cp, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { db } from '#lib/db.server.ts'
import { exportMail } from './export.ts'
import { publish } from './publish.ts'

/**
 * What an author sees when his folder is wrong: the place, what to write instead, exit code 1, and nothing published.
 * The bundle is the shipped one under another slug and change-id, with one mistake at a time.
 */
const SHIPPED = join(import.meta.dirname, '../content/io-uring-futex/v1')
const SLUG = 'publish-test'

let content: string
let folder: string
let said: string[]

beforeEach(async () => {
  content = await mkdtemp(join(tmpdir(), 'coherent-publish-'))
  folder = join(content, SLUG, 'v1')
  await cp(SHIPPED, folder, { recursive: true })
  await edit('cover.mdx', /^change-id: .*$/m, 'change-id: 20260101-publish-test-00000001')
  said = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line))
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line))
})

afterEach(async () => {
  vi.restoreAllMocks()
  await rm(content, { recursive: true })
})

async function edit(file: string, from: RegExp | string, to: string) {
  const path = join(folder, file)
  const text = await readFile(path, 'utf8')
  expect(text).toMatch(from)
  await writeFile(path, text.replace(from, to))
}

async function refused(): Promise<string> {
  const before = await db().revision.count()
  expect(await publish([content])).toBe(1)
  expect(await db().revision.count()).toBe(before)
  return said.join('\n')
}

test.each([
  ['an unknown component', '<Evil />', /problem\.mdx:\d+:1: .*Evil/],
  ['an expression', 'This {process.exit()} is code.', /problem\.mdx:\d+:6: /],
  ['raw HTML', '<script>alert(1)</script>', /problem\.mdx:\d+:1: /],
  ['an import', "import fs from 'node:fs'", /problem\.mdx:\d+:1: /],
  ['a script-like address', '[x](javascript:alert(1))', /problem\.mdx:\d+:1: /],
  [
    'an unknown question',
    '<Answer to="nothing">\n\nx\n\n</Answer>',
    /problem\.mdx:\d+:1: `nothing` is not a question/,
  ],
  [
    'an unknown model in a claim',
    '<Claim id="new" model="wake-odrer" property="safety" expect="holds">\n\nSo it is.\n\n</Claim>',
    /problem\.mdx:\d+:1: The cover declares no model `wake-odrer`: there is `wake-order`/,
  ],
])('%s in a write-up is told with file, line and column', async (_, text, message) => {
  await edit('problem.mdx', /$/, `\n\n${text}\n`)
  expect(await refused()).toMatch(message)
})

test('a model with a syntax error is told with file, line and column', async () => {
  await edit('models/wake-order.pml', /$/, '\nactive proctype Broken() { x = = 1 }\n')
  expect(await refused()).toMatch(/models\/wake-order\.pml:\d+:\d+: /)
})

test('all mistakes are told at once', async () => {
  await edit('problem.mdx', /$/, '\n\n<Evil />\n')
  await edit('lifetime.mdx', /$/, '\n\n{code}\n')
  await edit('cover.mdx', /^area: .*$/m, 'area:')
  const words = await refused()
  for (const file of ['problem.mdx', 'lifetime.mdx', 'cover.mdx']) expect(words).toContain(file)
})

test('front matter that is code is refused and never run', async () => {
  await edit('problem.mdx', /^---$/m, '---js')
  expect(await refused()).toContain('problem.mdx')
})

test('a link out of the folder is refused', async () => {
  await symlink('/etc/passwd', join(folder, 'figures/passwd.txt'))
  expect(await refused()).toContain('Links are not allowed')
})

test('a folder whose number is not the cover’s is refused', async () => {
  await edit('cover.mdx', /^revision: 1$/m, 'revision: 2')
  await edit(
    'cover.mdx',
    /^questionnaire:/m,
    'changelog: [Described the problem before the interface]\nquestionnaire:',
  )
  expect(await refused()).toContain('the folder is v1, but `revision` says 2')
})

test('a revision is published once; other content under its number is told to raise the version', async () => {
  expect(await publish([content])).toBe(0)
  expect(said.join('\n')).toContain(`${SLUG} v1: published`)
  said = []
  expect(await publish([content])).toBe(0)
  expect(said.join('\n')).toContain(`${SLUG} v1: unchanged`)
  said = []
  await edit('problem.mdx', /$/, '\n\nOne more sentence.\n')
  expect(await refused()).toContain('Raise the version: copy the folder to v2')
})

test('what ships under a number that was used otherwise is skipped with a line', async () => {
  await edit('problem.mdx', /$/, '\n\nAnother sentence.\n')
  expect(await publish([content])).toBe(1)
  said = []
  expect(await publish([content, '--shipped'])).toBe(0)
  expect(said).toEqual([`${SLUG} v1: skipped, this instance used its number or its name otherwise`])
})

test('a claim that is not as the text says is published and exported, loud, and a no', async () => {
  const other = 'publish-claims'
  await rename(join(content, SLUG), join(content, other))
  folder = join(content, other, 'v1')
  await edit('cover.mdx', /^change-id: .*$/m, 'change-id: 20260101-publish-claims-00000001')
  await edit('sys-futex.mdx', /expect="holds"/, 'expect="violated"')
  expect(await publish([content])).toBe(1)
  expect(said.join('\n')).toContain(`${other} v1: published`)
  expect(said.join('\n')).toContain('no-lost-wake: holds')
  expect(said.join('\n')).toContain('NOT AS CLAIMED: the text says violated')
  said = []
  const written: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  expect(await exportMail([`${other}/v1`])).toBe(1)
  expect(said.at(-1)).toContain('NOT AS CLAIMED: no-lost-wake.')
  expect(written.join('')).toMatch(/ALTHOUGH\s+the\s+text\s+says/)
})

test('who publishes a new proposal by name is its author, and the one who published it', async () => {
  expect(await publish([content, '--as', 'nobody-at-all@example.org'])).toBe(3)
  const { id: personId } = await db().person.create({ data: { name: 'Pia Publisher' }, select: { id: true } })
  await db().authUser.create({ data: { name: 'Pia Publisher', email: 'pia@example.org', personId } })
  const slug = 'published-by-name'
  await rename(join(content, SLUG), join(content, slug))
  folder = join(content, slug, 'v1')
  await edit('cover.mdx', /^change-id: .*$/m, 'change-id: 20260101-published-by-name-00000001')
  expect(await publish([content, '--as', 'Pia@Example.org'])).toBe(0)
  const proposal = await db().proposal.findUniqueOrThrow({
    where: { slug },
    select: { id: true, memberships: { select: { personId: true, role: true } } },
  })
  expect(proposal.memberships).toEqual([{ personId, role: 'author' }])
  const events = await db().event.findMany({
    where: { proposalId: proposal.id, kind: { in: ['revision-published', 'role-given'] } },
    orderBy: { id: 'asc' },
    select: { kind: true, actorId: true },
  })
  expect(events).toEqual([
    { kind: 'revision-published', actorId: personId },
    { kind: 'role-given', actorId: personId },
  ])
})
