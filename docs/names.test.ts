import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const FOLDERS = ['app', 'bench', 'cli', 'components', 'docs', 'e2e', 'lib', 'prisma', 'scripts']
const GENERATED = /(?:^|\/)(?:node_modules|generated|\.next)\//

const files = [
  ...readdirSync(root, { withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ name }) => name),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ),
].filter((name) => !GENERATED.test(name))
const documents = files.filter((name) => /(?:^|\/)(?:README|ARCHITECTURE|CONTRIBUTING)\.md$/.test(name))
const textOf = (name: string) => readFileSync(join(root, name), 'utf8')
const inCode = (text: string, what: RegExp) => [...text.matchAll(what)].map(([, name = '']) => name)

/** Made by a build, in a data folder, of an address, or an example. */
const NO_SOURCE = /^(?:dist\/|public\/|x\.|\.server\.ts$|\.json$|cli\/gate\.database\.test\.ts$)/

test('each file that the documents name is there', () => {
  expect(documents.length).toBeGreaterThan(10)
  const named = documents.flatMap((document) =>
    inCode(textOf(document), /`([\w./-]+\.(?:ts|tsx|mjs|cjs|sql|css|json|py|md))`/g)
      .filter((name) => !NO_SOURCE.test(name))
      .map((name) => ({ document, name })),
  )
  expect(named.length).toBeGreaterThan(200)
  const known = new Set(files)
  const isThere = ({ document, name }: { document: string; name: string }) =>
    name.startsWith('../')
      ? known.has(join(dirname(document), name))
      : known.has(name) || files.some((file) => file.endsWith(`/${name}`))
  expect(named.filter((one) => !isThere(one))).toEqual([])
})

test('each function and each constant that they name is one of the program', () => {
  const words = new Set(
    files
      .filter((name) => /\.(?:tsx?|mjs|cjs|sql|prisma|c|py)$/.test(name) && !/^docs\//.test(name))
      .flatMap((name) => textOf(name).match(/[A-Za-z_]\w*/g) ?? []),
  )
  const named = documents.flatMap((document) =>
    inCode(textOf(document), /`([a-z][a-z0-9]*[A-Z]\w*|[A-Z]+_[A-Z_]+)(?:\([^`]*\))?`/g).map((name) => ({
      document,
      name,
    })),
  )
  expect(named.length).toBeGreaterThan(60)
  expect(named.filter(({ name }) => !words.has(name))).toEqual([])
})

test('a room of the review whose README has a table of its files has all of them in it', () => {
  const rooms = documents.filter((name) => /^lib\/review\/\w+\/README\.md$/.test(name))
  expect(rooms.length).toBeGreaterThan(1)
  const lacking = rooms.flatMap((document) => {
    const text = textOf(document)
    return files
      .filter((name) => dirname(name) === dirname(document) && /(?<!\.test)\.ts$/.test(name))
      .filter((name) => !text.includes(`\`${basename(name)}\``))
  })
  expect(lacking).toEqual([])
})
