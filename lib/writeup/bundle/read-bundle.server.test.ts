import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readWriteup } from '#lib/writeup/parse/parse.ts'
import { problemLine } from '#lib/writeup/parse/problem.ts'
import { parseQuestionnaire } from './questionnaire.ts'
import { readBundle, readBundleFiles, readQuestionnaires } from './read-bundle.server.ts'

vi.mock('#lib/writeup/parse/parse.ts', async (original) => {
  const real = await original<typeof import('#lib/writeup/parse/parse.ts')>()
  return { ...real, readWriteup: vi.fn(real.readWriteup) }
})

const content = path.join(import.meta.dirname, '../../../content')
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'bundle-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

test('files of all folders are read, with their paths in the bundle', async () => {
  await mkdir(path.join(folder, 'models'))
  await writeFile(path.join(folder, 'models/a.pml'), 'init { skip }')
  await writeFile(path.join(folder, 'cover.mdx'), '---\n---\n')
  const files = await readBundleFiles(folder)
  expect(files.ok && files.value.map((file) => file.path)).toEqual(['cover.mdx', 'models/a.pml'])
})

test('a link is a problem wherever it points', async () => {
  await writeFile(path.join(folder, 'a.mdx'), 'x')
  await symlink('a.mdx', path.join(folder, 'b.mdx'))
  await symlink('/etc', path.join(folder, 'models'))
  const files = await readBundleFiles(folder)
  expect(files.ok ? [] : files.error.map(({ file, rule }) => `${file} ${rule}`)).toEqual([
    'b.mdx path',
    'models path',
  ])
})

test('a pipe does not block the read', async () => {
  execFileSync('mkfifo', [path.join(folder, 'cover.mdx')])
  const files = await readBundleFiles(folder)
  expect(files.ok ? [] : files.error.map(({ file, rule }) => `${file} ${rule}`)).toEqual(['cover.mdx path'])
})

test('a file larger than a bundle is not read', async () => {
  await writeFile(path.join(folder, 'cover.mdx'), Buffer.alloc(9 * 1024 * 1024))
  const files = await readBundleFiles(folder)
  expect(files.ok ? [] : files.error.map(({ rule }) => rule)).toEqual(['too-large'])
})

test('the shipped questionnaire asks the nineteen questions of the gate', async () => {
  const read = await readQuestionnaires(path.join(content, 'questionnaires'))
  if (!read.ok) throw new Error(read.error.map(problemLine).join('\n'))
  const futex = read.value.find(({ id }) => id === 'futex@1')
  const ids = (writeup: string) =>
    futex?.questions.filter((question) => question.writeup === writeup).map(({ id }) => id)
  expect(ids('problem')).toEqual(['workload', 'semantics', 'gain', 'scope', 'alternatives'])
  expect(ids('integration')).toEqual(['contexts', 'callback-source', 'may-sleep', 'exits'])
  expect(ids('sys-futex')).toEqual(['regular', 'robust', 'pi-requeue', 'syscall-checks', 'internals'])
  expect(ids('lifetime')).toEqual(['lifetime-owner', 'lock-order', 'hold-time', 'storage', 'races'])
  expect(futex?.questions.filter(({ needsClaim }) => needsClaim).map(({ id }) => id)).toEqual([
    'regular',
    'lifetime-owner',
    'lock-order',
    'races',
  ])
})

test('a questionnaire with a mistake says where', () => {
  const source =
    'title: x\nquestions:\n  - id: a\n    writeup: nowhere\n    help: A whole sentence of help.\n'
  const parsed = parseQuestionnaire('x@1.yaml', source, 'x@1')
  expect(parsed.ok ? [] : parsed.error.map(problemLine)).toEqual([
    'x@1.yaml:4:5: `questions.0.writeup`: write one of problem, integration, sys-futex, lifetime [front-matter-field]',
  ])
})

test('every proposal in content is a bundle without problems, also what is not published at the start', async () => {
  const questionnaires = await readQuestionnaires(path.join(content, 'questionnaires'))
  if (!questionnaires.ok) throw new Error('questionnaires')
  const aside = ['questionnaires', 'template', 'unpublished']
  const shipped = (await readdir(content)).filter((name) => !aside.includes(name))
  expect(shipped).toContain('io-uring-futex')
  const waiting = (await readdir(path.join(content, 'unpublished'))).map((name) => `unpublished/${name}`)
  for (const proposal of [...shipped, ...waiting]) {
    const versions = await readdir(path.join(content, proposal))
    expect(versions.length, proposal).toBeGreaterThan(0)
    for (const version of versions) {
      const bundle = await readBundle(path.join(content, proposal, version), questionnaires.value)
      expect(bundle.ok ? [] : bundle.error.map(problemLine), `${proposal}/${version}`).toEqual([])
    }
  }
})

test('what is wrong with a text and what mermaid cannot read are told in one run, of one reading', async () => {
  vi.mocked(readWriteup).mockClear()
  await writeFile(
    path.join(folder, 'problem.mdx'),
    '---\ntitle: x\n---\n\nOne <3.\n\n```mermaid\nflowchart TD\n  A --> end\n```\n',
  )
  const read = await readBundle(folder, [])
  const lines = read.ok ? [] : read.error.filter(({ file }) => file === 'problem.mdx')
  expect(lines.map(({ line, rule }) => `${line} ${rule}`)).toEqual(['5 syntax', '9 diagram'])
  expect(readWriteup).toHaveBeenCalledTimes(1)
})
