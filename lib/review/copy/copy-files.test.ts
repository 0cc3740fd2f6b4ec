import { expect, test } from 'vitest'
import { type FileRefusal, fileRefusal, hashIn, inOrder, refusalOf } from './copy-files.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const kindOf = (refusal: FileRefusal | null) => refusal?.kind ?? null

test.each([
  '../cover.mdx',
  'models/../../etc/passwd',
  '/etc/passwd',
  'models\\x.pml',
  '.git/config',
  'readme.md',
  'models/',
  `models/${'x'.repeat(300)}.pml`,
  'models/a\u0000.pml',
  'models/ä.pml',
  '',
])('no file is called %j', (path) => {
  expect(kindOf(fileRefusal({ path, bytes: bytes('x') }))).toBe('bad-path')
})

test('a file has at most 1 MB, in UTF-8', () => {
  const path = 'problem.mdx'
  expect(fileRefusal({ path, bytes: bytes('x'.repeat(1024 * 1024)) })).toBeNull()
  expect(kindOf(fileRefusal({ path, bytes: bytes('x'.repeat(5 * 1024 * 1024)) }))).toBe('file-too-large')
  expect(kindOf(fileRefusal({ path, bytes: new Uint8Array([0xff, 0xfe]) }))).toBe('not-text')
})

test('all files together have a number and a size, and names that are not one on any file system', () => {
  const file = (path: string, size = 1) => ({ path, bytes: bytes('x'.repeat(size)) })
  expect(refusalOf([file('cover.mdx'), file('models/a.pml')])).toBeNull()
  expect(kindOf(refusalOf([file('models/a.pml'), file('models/A.pml')]))).toBe('bad-path')
  const many = Array.from({ length: 201 }, (_, n) => file(`data/${n}.csv`))
  expect(kindOf(refusalOf(many))).toBe('too-many-files')
  const large = Array.from({ length: 9 }, (_, n) => file(`data/${n}.csv`, 1_000_000))
  expect(kindOf(refusalOf(large))).toBe('copy-too-large')
})

test('files stand in the order of a bundle', () => {
  expect(inOrder(['models/b.pml', 'lifetime.mdx', 'data/a.csv', 'cover.mdx', 'problem.mdx'])).toEqual([
    ...['cover.mdx', 'problem.mdx', 'lifetime.mdx', 'data/a.csv', 'models/b.pml'],
  ])
})

test.each(['constructor', '__proto__', 'toString', '0'])(
  'there is no file %j where nobody made one',
  (name) => {
    expect(hashIn({}, name)).toBeNull()
  },
)
