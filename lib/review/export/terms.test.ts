/** Words that a proposal explains, in its mails: a note below the text, by which a reply is about the passage of the word. */
import { expect, test } from 'vitest'
import { seriesForImport } from '#lib/review/incoming/series-for-import.ts'
import { parseBundle } from '#lib/writeup/bundle/bundle.ts'
import { sampleFiles, sampleQuestionnaire } from '#lib/writeup/bundle/samples/bundle.ts'
import { renderSeries } from './series.ts'

const WORDS = `The <Term of="hb">bucket</Term> is locked[^a]; the <Term of="q">\`futex_q\`</Term> is not.

[^a]: By its lock.

- an item of the <Term of="hb">bucket</Term> again

| who | what |
| --- | --- |
| a <Term of="task work">task</Term> | runs |

<Note>

Last words, about no term.

</Note>`

function seriesOf(words: string) {
  const files = sampleFiles({
    'integration.mdx': `---\ntitle: Integration\n---\n\n${words}\n`,
    'data/terms.yaml':
      'hb: the hash bucket of a word, with its lock and the chain of those who wait\nq: what waits\ntask work: what a task runs later\n',
  })
  const bundle = parseBundle(files, [sampleQuestionnaire])
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.error))
  const of = { slug: 'x', bundle: bundle.value, checks: new Map(), siteUrl: 'https://rfc.example' }
  return { bundle: bundle.value, series: renderSeries({ ...of, previousCover: null }) }
}

test('a mail explains each word once, in one count with its footnotes', () => {
  const { series } = seriesOf(WORDS)
  expect(series.lint.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(
    series.messages[2]?.body,
  ).toContain(`The bucket (note 1) is locked (note 2); the futex_q (note 3) is not.

- an item of the bucket again

    +-----------------+------+
    | who             | what |
    +-----------------+------+
    | a task (note 4) | runs |
    +-----------------+------+

    Table 2.1

Note: Last words, about no term.

(note 1) hb: the hash bucket of a word, with its lock and the chain of
  those who wait

(note 2) By its lock.

(note 3) q: what waits

(note 4) task work: what a task runs later`)
})

test('who quotes a note answers the passage that the word stands in', () => {
  const { series, bundle } = seriesOf(WORDS)
  const part = seriesForImport('v1', 1, series, bundle.blocks).parts[2]
  const about = (words: string) => {
    const at = part?.text.indexOf(words) ?? -1
    const id = part?.passages.findLast(({ start }) => start <= at)?.id
    return bundle.blocks.find(({ key }) => key === id)?.text
  }
  expect(about('those who wait')).toBe('The bucket is locked; the futex_q is not.')
  expect(about('By its lock')).toBe('By its lock.')
  expect(about('q: what waits')).toBe('The bucket is locked; the futex_q is not.')
  expect(about('task work: what')).toBe('who what')
  expect(about('Last words')).toBe('Last words, about no term.')
})
