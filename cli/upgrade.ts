import { fillAsMailed } from '#lib/review/comment/markdown-before/fill-as-mailed.server.ts'
import { fillGates } from '#lib/review/gate/gate.server.ts'
import { fillNameKeys } from '#lib/review/person/write-persons.server.ts'
import { fillParsed, withWarnings } from '#lib/review/revision/stored-rules.server.ts'
import { fillSearch } from '#lib/review/search/fill-search.server.ts'
import { fillPorts } from '#lib/review/thread/carry-threads.server.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb } from './verb.ts'

/** Revisions that are named in a start's output. */
const NAMED = 5

/** What a migration leaves to the program, as its language has no words for it. */
export const upgrade = defineVerb(
  {
    name: 'upgrade',
    operands: '',
    least: 0,
    most: 0,
    about:
      'Finishes what the migrations of a new version began. Each start runs it; run again it changes nothing.',
    options: {},
  },
  async () => {
    const comments = await fillAsMailed()
    if (comments > 0)
      console.log(`${comments} comments of an older version keep the form in which they left by mail`)
    const names = await fillNameKeys()
    if (names > 0) console.log(`${names} names are compared with new ones from now on`)
    await storeParsed()
    await storeGates()
    const found = await fillSearch()
    if (found > 0) console.log(`${found} comments and passages are found by a search from now on`)
    const places = await fillPorts()
    if (places > 0) console.log(`${places} places of threads in later revisions are kept from now on`)
    return exitCode.YES
  },
)

async function storeGates(): Promise<void> {
  let stored = 0
  for await (const { done } of fillGates()) if (done) stored += 1
  if (stored > 0) console.log(`${stored} published revisions are held to their questionnaires from now on`)
}

async function storeParsed(): Promise<void> {
  let stored = 0
  let unreadable = 0
  for await (const filled of fillParsed()) {
    if (filled.stored) {
      stored += 1
      continue
    }
    unreadable += 1
    const [first] = filled.problems
    if (unreadable <= NAMED && first)
      console.log(
        `${filled.slug} v${filled.number} cannot be read: ${first.file}:${first.line}: ${first.message}`,
      )
  }
  if (unreadable > NAMED) console.log(`… and ${unreadable - NAMED} more revisions cannot be read`)
  if (stored > 0) console.log(`${stored} published revisions are kept as they were parsed`)
  const { count, first } = await withWarnings(NAMED)
  if (count === 0) return
  const more = count > first.length ? ` and ${count - first.length} more` : ''
  console.log(
    `${first.join(', ')}${more}: published by older rules, shown as published (coherent check-stored says what is wrong)`,
  )
}
