import { expect, test } from 'vitest'
import { parseCover } from '#lib/writeup/parse/parse.ts'
import { withCoverFields } from './edit-cover.ts'

const COVER = `---
title: Old title # as agreed
area: futex
authors:
  - Ada Author <ada@example.org>
to:
  - list@example.org
date: 2026-01-01T00:00:00Z
change-id: 20260101-old-00000000
revision: 1
questionnaire: futex@1
models: {}
---

Text with  two blanks,
and --- no front matter.
`

test('a field is set and the rest stays as it was written', () => {
  const made = withCoverFields(COVER, { revision: 2, changelog: ['Said: what a wake returns.'] }) ?? ''
  expect(made).toContain('title: Old title # as agreed\n')
  expect(made).toContain('revision: 2\n')
  expect(made.slice(made.indexOf('\n---\n'))).toBe(COVER.slice(COVER.indexOf('\n---\n')))
  const read = parseCover({ file: 'cover.mdx', source: made })
  expect(read.ok && read.value.cover).toMatchObject({
    revision: 2,
    changelog: ['Said: what a wake returns.'],
  })
})

test.each(['- a', 'a: b', '"quoted"', "it's", '# no comment', '---', '{}', '[x]', '%TAG', '日本語', '\\n'])(
  'an entry %j is read as it was given',
  (entry) => {
    const words = `${entry} ${'and more words'.repeat(3)}`
    const made = withCoverFields(COVER, { revision: 2, changelog: [words] }) ?? ''
    const read = parseCover({ file: 'cover.mdx', source: made })
    expect(read.ok && read.value.cover.changelog).toEqual([words.trim()])
  },
)

test('a changelog of nothing is taken away', () => {
  const two = withCoverFields(COVER, { changelog: ['Words were changed in the problem.'] }) ?? ''
  expect(withCoverFields(two, { changelog: [] })).not.toContain('changelog')
})

test('what has no front matter is not touched', () => {
  expect(withCoverFields('Words.\n', { revision: 2 })).toBeNull()
  expect(withCoverFields('---\na: [\n---\n', { revision: 2 })).toBeNull()
})
