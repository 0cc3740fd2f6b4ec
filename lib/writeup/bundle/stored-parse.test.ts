import path from 'node:path'
import { expect, test } from 'vitest'
import { invariant } from '#lib/result.ts'
import { codeKey } from '#lib/writeup/page/compile.server.ts'
import { problemLine } from '#lib/writeup/parse/problem.ts'
import { parseBundle } from './bundle.ts'
import { readBundle, readBundleFiles, readQuestionnaires } from './read-bundle.server.ts'
import { readStoredParse, storedParseOf, undrawnKeys } from './stored-parse.ts'

const content = path.join(import.meta.dirname, '../../../content')

test.each(['io-uring-futex', 'futex-requests-2021'])(
  '%s is read from its row as it was parsed',
  async (slug) => {
    const questionnaires = await readQuestionnaires(path.join(content, 'questionnaires'))
    if (!questionnaires.ok) throw new Error('no questionnaires')
    const bundle = await readBundle(path.join(content, slug, 'v1'), questionnaires.value)
    if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
    const row = JSON.stringify(storedParseOf(bundle.value))
    const { files, contentHash, text } = bundle.value
    const read = readStoredParse(JSON.parse(row), { files, contentHash, text })
    if (!read.ok) throw new Error(read.error)
    expect(JSON.parse(JSON.stringify(storedParseOf(read.value)))).toEqual(JSON.parse(row))
    expect(read.value.documents.map(codeKey)).toEqual(bundle.value.documents.map(codeKey))
    expect(read.value.blocks).toEqual(bundle.value.blocks)
    expect(undrawnKeys(read.value).size).toBe(0)
  },
)

test('whatever is accepted is read again, however long it is', async () => {
  const questionnaires = await readQuestionnaires(path.join(content, 'questionnaires'))
  const read = await readBundleFiles(path.join(content, '../lib/review/export/samples/small'))
  invariant(questionnaires.ok && read.ok, 'the sample is there')
  const lines = `${'word '.repeat(1900)}\n`.repeat(40)
  const long: Record<string, (source: string) => string> = {
    'cover.mdx': (source) =>
      source
        .replace(/^title: .*$/m, `title: ${'t'.repeat(40)}`)
        .replace(/^area: .*$/m, 'area: a')
        .replace(/^authors:.*$(?:\n {2}- .*$)*/m, `authors: ["${'N'.repeat(6000)} <a@example.org>"]`),
    'problem.mdx': (source) =>
      `${source}\n## ${'w'.repeat(300)}\n\n<Answer to="workload">\n${lines}\n</Answer>\n\n\`\`\`text\n${'x\n'.repeat(2000)}\`\`\`\n`,
    'sys-futex.mdx': (source) => {
      const claim = /<Claim id="[^"]+"([^>]*)>/.exec(
        read.value.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n'),
      )
      return `${source}\n<Claim id="long"${claim?.[1]}>\n${lines}</Claim>\n`
    },
  }
  const files = read.value.map(({ path: name, bytes }) => ({
    path: name,
    bytes: new TextEncoder().encode((long[name] ?? ((same) => same))(new TextDecoder().decode(bytes))),
  }))
  const bundle = parseBundle(files, questionnaires.value)
  if (!bundle.ok) throw new Error(bundle.error.map(problemLine).slice(0, 3).join('\n'))
  const row: unknown = JSON.parse(JSON.stringify(storedParseOf(bundle.value)))
  const again = readStoredParse(row, bundle.value)
  expect(again.ok ? again.value.blocks : again.error).toEqual(bundle.value.blocks)
})
