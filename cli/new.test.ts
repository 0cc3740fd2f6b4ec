import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { check } from './check.ts'
import { newProposal } from './new.ts'

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
  folder = await mkdtemp(join(tmpdir(), 'new-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

const SAID = ['--area', 'io_uring', '--author', 'Ana <ana@example.org>', '--to', 'io-uring@vger.kernel.org']

test('a new folder has no problem of text, and check tells each prompt and the claim that fails, each with its place', async () => {
  const dir = join(folder, 'ring-waits')
  expect(await newProposal([dir, ...SAID])).toBe(0)
  expect(await check([dir, '--json'])).toBe(1)
  const [found] = JSON.parse(out.slice(out.indexOf('[\n')))
  expect(found).toMatchObject({ folder: dir, passes: false, problems: [] })
  expect(found.claims).toMatchObject([
    { id: 'no-wake-is-lost', file: 'lifetime.mdx', expect: 'holds', verdict: 'violated', isAsClaimed: false },
  ])
  expect(found.gate).toMatchObject({ open: 19, of: 19, claims: { open: 1, of: 1 } })
  expect(found.gate.items.filter(({ subject }: { subject: string }) => subject === 'write-up')).toMatchObject(
    [
      { id: 'cover', state: 'template' },
      { id: 'lifetime', state: 'template' },
    ],
  )

  ;[out, err] = ['', '']
  expect(await check([dir])).toBe(1)
  const lines = (await readFile(join(dir, 'lifetime.mdx'), 'utf8')).split('\n')
  const line = lines.findIndex((text) => text.startsWith('<Claim')) + 1
  expect(err).toContain(`${join(dir, 'lifetime.mdx')}:${line}:1: no-wake-is-lost: violated`)
  expect(err).toMatch(/cover\.mdx:\d+:1: write-up cover: template text\. .*Say in three sentences/)
  expect(
    err
      .split('\n')
      .filter((one) => one !== '')
      .every((one) => /^\S+:\d+:\d+: /.test(one)),
  ).toBe(true)
  expect(out).toContain('Incomplete: 19 of 19 questions are open')
})

test('the claim holds once the mistake in the model is mended', async () => {
  expect(await newProposal([folder, ...SAID])).toBe(0)
  const model = join(folder, 'models/hand-over.pml')
  const source = await readFile(model, 'utf8')
  const mended = source
    .replace(':: !work ->\n', ':: atomic { !work ->\n')
    .replace('asleep = true;\n', 'asleep = true };\n')
  expect(mended).not.toBe(source)
  await writeFile(model, mended)
  ;[out, err] = ['', '']
  expect(await check([folder])).toBe(1)
  expect(out).toMatch(/no-wake-is-lost: holds, \d+ states \(as claimed\)/)
  expect(err).not.toContain('NOT AS CLAIMED')
})

test('what the title is not said to be is the name of the folder, and what is wrong is told before anything is written', async () => {
  const dir = join(folder, 'ring-waits', 'v1')
  expect(await newProposal([dir, '--author', 'Ana, nobody', '--to', 'x', '--questionnaire', 'y@1'])).toBe(3)
  expect(err).toContain('--author: write one address')
  expect(err).toContain('--to: write one address')
  expect(err).toContain('--questionnaire: choose one of futex@1')
  expect(existsSync(dir)).toBe(false)
  expect(await newProposal([dir])).toBe(0)
  expect(await readFile(join(dir, 'cover.mdx'), 'utf8')).toMatch(/^title: Ring waits$/m)
})

test('a folder with files in it is left alone; one with hidden names alone is as good as empty', async () => {
  await writeFile(join(folder, 'notes.txt'), 'mine')
  expect(await newProposal([folder])).toBe(3)
  expect(err).toContain('has files in it')
  const checkout = join(folder, 'checkout')
  await mkdir(join(checkout, '.git'), { recursive: true })
  expect(await newProposal([checkout, ...SAID])).toBe(0)
  ;[out, err] = ['', '']
  expect(await check([checkout])).toBe(1)
  expect(err).not.toContain('.git')
})
