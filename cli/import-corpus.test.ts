import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { childEnvironment } from '../scripts/child-environment.mjs'

const root = join(import.meta.dirname, '..')

function run(...args: string[]) {
  return spawnSync(process.execPath, ['scripts/import-corpus.mjs', ...args], {
    cwd: root,
    env: childEnvironment({ INIT_CWD: undefined }),
    encoding: 'utf8',
  })
}

test('a folder of replies is printed as JSON, in the order of the names', () => {
  const { status, stdout, stderr } = run('lib/mail/import/samples')
  expect(stderr).toBe('')
  expect(status).toBe(0)
  const { messages } = JSON.parse(stdout)
  expect(Object.keys(messages)).toHaveLength(38)
  expect(Object.keys(messages)).toEqual(Object.keys(messages).sort())
  expect(messages['01-interleaved-reva.eml'].comments[1].anchor).toBe('p4/4.1#1')
})

test('under another name of the mail server nothing is proved', () => {
  const { stdout } = run('lib/mail/import/samples', '--authserv-id', 'mx.other.example')
  expect(JSON.parse(stdout).messages['01-interleaved-reva.eml'].status).toBe('quarantined')
})

test('a folder that is not there, or none, is said', () => {
  for (const args of [
    [],
    ['lib/mail/import/nowhere'],
    ['lib/mail/import/samples', '--model', 'package.json'],
  ]) {
    const { status, stdout, stderr } = run(...args)
    expect(status).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toContain('import-corpus -- DIR')
  }
})
