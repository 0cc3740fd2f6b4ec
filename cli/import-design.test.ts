import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { check } from './check.ts'
import { importDesign } from './import-design.ts'

let out = ''
let err = ''
let folder = ''

beforeEach(async () => {
  ;[out, err] = ['', '']
  vi.spyOn(console, 'log').mockImplementation((line) => {
    out += `${line}\n`
  })
  vi.spyOn(console, 'error').mockImplementation((line) => {
    err += `${line}\n`
  })
  folder = await mkdtemp(join(tmpdir(), 'design-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

const file = (name: string) => join(folder, name)
const read = (...at: string[]) => readFile(join(folder, ...at), 'utf8')

test('a Markdown file becomes a folder that check reads, with its questions open', async () => {
  await writeFile(
    file('plan.md'),
    '# Ring waits\n\nIn short.\n\n## Locking\n\nHeld <10 us.\n\n```mermaid\nnot a drawing at all\n```\n',
  )
  expect(await importDesign([file('plan.md'), file('ring'), '--area', 'io_uring'])).toBe(0)
  expect(out).toContain(
    '1 in cover.mdx, 0 in problem.mdx, 0 in integration.mdx, 0 in sys-futex.mdx, 3 in lifetime.mdx',
  )
  expect(await read('ring', 'cover.mdx')).toMatch(/^title: Ring waits$/m)
  // What mermaid cannot read stands as it was typed.
  expect(await read('ring', 'lifetime.mdx')).toContain(
    '````text\n```mermaid\nnot a drawing at all\n```\n````',
  )
  ;[out, err] = ['', '']
  expect(await check([file('ring'), '--json'])).toBe(1)
  expect(JSON.parse(out)[0]).toMatchObject({ problems: [], gate: { open: 19, of: 19 } })
})

test('a mail brings its writer and subject, and its head stands in the cover', async () => {
  await writeFile(
    file('plan.eml'),
    [
      'From: Ana Author <ana@example.org>',
      'To: list@lists.example',
      'Subject: [RFC PATCH 0/3] Ring waits',
      'Date: Mon, 23 Nov 2026 10:00:00 +0100',
      'Message-ID: <a@example.org>',
      '',
      'Hello,',
      '',
      'MOTIVATION',
      '',
      'Nobody sleeps.',
      '',
    ].join('\r\n'),
  )
  expect(await importDesign([file('plan.eml'), file('ring')])).toBe(0)
  const cover = await read('ring', 'cover.mdx')
  expect(cover).toMatch(/^title: Ring waits$/m)
  expect(cover).toContain('- Ana Author <ana@example.org>')
  for (const words of ['Subject: [RFC PATCH 0/3] Ring waits', 'To: list@lists.example', 'Hello,'])
    expect(cover).toContain(words)
  expect(await read('ring', 'problem.mdx')).toContain('## MOTIVATION\n\nNobody sleeps.')
})

test('a title that is too long for a subject stays in the text', async () => {
  const title = 'On the many ways in which a ring could wait for the words of others'
  await writeFile(file('plan.md'), `# ${title}\n\nIn short.\n`)
  expect(await importDesign([file('plan.md'), file('ring-waits'), '--area', 'io_uring'])).toBe(0)
  const cover = await read('ring-waits', 'cover.mdx')
  expect(cover).toMatch(/^title: Ring waits$/m)
  expect(cover).toContain(`## ${title}`)
})

test('what is no design is refused with a sentence, and nothing is written', async () => {
  await writeFile(file('latin.md'), Buffer.from([0x23, 0x20, 0xe9]))
  await writeFile(file('huge.md'), '')
  await truncate(file('huge.md'), 3 * 1024 * 1024)
  await symlink('/dev/zero', file('endless.md'))
  for (const [name, why] of [
    ['latin.md', 'is not UTF-8'],
    ['huge.md', 'at most'],
    ['endless.md', 'is not a file'],
    ['missing.md', 'cannot be read'],
  ] as const) {
    err = ''
    expect(await importDesign([file(name), file('ring')])).toBe(3)
    expect(err).toContain(why)
  }
  // Longer than a document may be.
  await writeFile(file('long.txt'), 'word\n\n'.repeat(40_000))
  expect(await importDesign([file('long.txt'), file('ring')])).toBe(1)
  expect(err).toContain('nothing was written')
  expect(existsSync(file('ring'))).toBe(false)
})
