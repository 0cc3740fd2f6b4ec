/** Tables that have a caption: each row and each caption is found in the mail, by whoever quotes it. */
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseBundle } from '#lib/writeup/bundle/bundle.ts'
import { readBundleFiles, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { linesOfBlocks } from './block-lines.ts'
import { renderSeries } from './series.ts'

const root = path.join(import.meta.dirname, '../../..')
const WIDE = `| ${'Name'.padEnd(40)} | What it is |\n| --- | --- |\n${[1, 2, 3].map((n) => `| row-${n} ${'of many words '.repeat(4)} | ${'that say much '.repeat(4)} |\n`).join('')}`

test('a captioned table is quoted by its rows and by its caption, also where its rows become blocks', async () => {
  const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
  const files = await readBundleFiles(path.join(root, 'content/io-uring-futex/v1'))
  if (!questionnaires.ok || !files.ok) throw new Error('content')
  let count = 0
  const captioned = files.value.map((file) => {
    if (!/\.mdx$/.test(file.path) || /cover/.test(file.path)) return file
    const text = Buffer.from(file.bytes).toString('utf8')
    const wrapped = `${text}\n${WIDE}`.replace(
      /^(?:\|.*\n)+/gm,
      (rows) =>
        `<Figure id="cap-${++count}" caption="The caption of number ${count}">\n\n${rows}\n</Figure>\n`,
    )
    return { ...file, bytes: new TextEncoder().encode(wrapped) }
  })
  const bundle = parseBundle(captioned, questionnaires.value)
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error.slice(0, 3)))
  const series = renderSeries({
    slug: 'captioned',
    bundle: bundle.value,
    checks: new Map(),
    siteUrl: 'https://rfc.example',
    previousCover: null,
  })
  expect(series.lint.filter(({ severity }) => severity === 'error')).toEqual([])
  const places = linesOfBlocks(series, bundle.value.blocks)
  const said = new Map(
    bundle.value.blocks.map(({ key }) => {
      const place = places.get(key)
      const body = series.messages[place?.part ?? 0]?.body.split('\n') ?? []
      return [key, place ? body.slice(place.from, place.to).join(' ') : '']
    }),
  )
  expect(count).toBeGreaterThan(8)
  for (let n = 1; n <= count; n++)
    expect(said.get(`cap-${n}`)).toMatch(new RegExp(`^ {4}Table [1-4]\\.\\d+: The caption of number ${n}$`))
  const rows = bundle.value.blocks.filter(({ kind }) => kind === 'table-row')
  expect(rows.length).toBeGreaterThan(40)
  const squeezed = (text: string) => text.replace(/\s/g, '')
  for (const { key, text } of rows.filter((row) => !/^Name/.test(row.text))) {
    const [first = ''] = text.split(/\s/)
    expect(squeezed(said.get(key) ?? ''), text).toContain(first)
  }
})
