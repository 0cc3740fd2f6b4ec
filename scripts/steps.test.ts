import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import prismaConfig from '../prisma.config.ts'
import { GENERATED_FROM } from './steps.mjs'

/**
 * When the database client is generated, tried in a copy of this checkout in which Prisma is replaced by a program that
 * writes down that it was called: what is tested is the decision.
 */
const ROOT = join(import.meta.dirname, '..')
const copy = mkdtempSync(join(tmpdir(), 'coherent-steps-'))
const CALLS = join(copy, 'calls')

beforeAll(() => {
  for (const path of GENERATED_FROM) cpSync(join(ROOT, path), join(copy, path), { recursive: true })
  for (const name of readdirSync(join(ROOT, 'scripts'))) {
    if (name.endsWith('.mjs')) cpSync(join(ROOT, 'scripts', name), join(copy, 'scripts', name))
  }
  mkdirSync(join(copy, 'node_modules/prisma/build'), { recursive: true })
  writeFileSync(
    join(copy, 'node_modules/prisma/build/index.js'),
    `const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs')
     mkdirSync('prisma/generated', { recursive: true })
     writeFileSync('prisma/generated/client.ts', '')
     appendFileSync('calls', '.')`,
  )
})
afterAll(() => rmSync(copy, { recursive: true }))

function ensurePrismaClient() {
  const script = `import { ensurePrismaClient, reportFailure } from './scripts/steps.mjs'
    try { ensurePrismaClient() } catch (error) { reportFailure(error); process.exitCode = 1 }`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: copy,
    encoding: 'utf8',
  })
  return { status, stderr }
}

const calls = () => readFileSync(CALLS, 'utf8').length

test('a change of any file of the schema generates the client again, and nothing else does', () => {
  expect(ensurePrismaClient()).toEqual({ status: 0, stderr: '' })
  ensurePrismaClient()
  expect(calls()).toBe(1)

  const folder = join(copy, 'prisma/schema')
  const files = readdirSync(folder)
  expect(files.length).toBeGreaterThan(6)
  for (const [i, name] of files.entries()) {
    appendFileSync(join(folder, name), '// changed\n')
    ensurePrismaClient()
    expect(calls(), name).toBe(i + 2)
  }
  writeFileSync(join(folder, 'word.prisma'), 'model Word { id Int @id }\n')
  ensurePrismaClient()
  expect(calls()).toBe(files.length + 2)
})

test('a hashed path that is missing ends the step with a sentence that names it', () => {
  rmSync(join(copy, 'prisma/schema'), { recursive: true })
  const { status, stderr } = ensurePrismaClient()
  expect(status).toBe(1)
  expect(stderr).toContain('prisma/schema is missing')
  expect(stderr).not.toMatch(/\n\s+at /)
})

test('what is hashed is the schema that Prisma reads', () => {
  expect(GENERATED_FROM).toContain(prismaConfig.schema)
})
