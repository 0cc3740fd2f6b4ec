/**
 * `npm run test:spin`: everything there is, beside the installed spin, as a table; exit code 1 on any difference.
 *
 * `RANDOM_MODELS=5000 RANDOM_SEED=1` sets how many random models are compared (default 60) and the first seed.
 */

import { spinMissing } from '#lib/promela/shell/spin.ts'
import {
  type Answer,
  type Compared,
  casesBesideSpin,
  compareWithSpin,
  examplesBesideSpin,
  type ModelBesideSpin,
  randomBesideSpin,
  samplesBesideSpin,
} from './beside-spin.ts'

/** So many run at a time: spin, gcc and pan are processes of their own. */
const AT_ONCE = 2

const width = { name: 46, ours: 26, theirs: 26 }

function words(answer: Answer): string {
  if (answer.kind !== 'holds' && answer.kind !== 'violated') return answer.kind
  return Number.isNaN(answer.states) ? answer.kind : `${answer.kind} ${answer.states}/${answer.matched}`
}

function line({ name, ours, theirs, outcome }: Compared): string {
  const [first] = ours
  const all = new Set(ours.map(({ answer }) => words(answer)))
  const own =
    all.size <= 1
      ? `${first ? words(first.answer) : ''}${ours.length > 1 ? ` ×${ours.length}` : ''}`
      : ours.map(({ engine, answer }) => `${engine} ${words(answer)}`).join(', ')
  const mark = outcome === 'same' ? ' ' : outcome === 'skipped' ? '-' : '!'
  return `${mark} ${name.slice(0, width.name).padEnd(width.name)} ${own.padEnd(width.ours)} ${words(theirs)}`
}

async function compareAll(
  title: string,
  models: readonly ModelBesideSpin[],
  isQuiet: boolean,
): Promise<readonly Compared[]> {
  console.log(`\n${title} (verdict, states/matched; ours ×engines, spin)`)
  const compared: Compared[] = []
  const waiting = [...models]
  const work = async (): Promise<void> => {
    for (let model = waiting.shift(); model; model = waiting.shift()) {
      const result = await compareWithSpin(model)
      compared.push(result)
      if (!isQuiet || result.outcome === 'different') console.log(line(result))
      if (result.outcome === 'different' && isQuiet) console.log(model.text)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const count = (outcome: Compared['outcome']) => compared.filter((item) => item.outcome === outcome).length
  console.log(
    `${title}: ${count('same')} the same, ${count('skipped')} not comparable, ${count('different')} different`,
  )
  return compared
}

/** Prints every comparison; whether all were as spin's (0), or not (1), or there is no spin (4). */
export async function testSpin(random: number, firstSeed: number): Promise<number> {
  const missing = await spinMissing()
  if (missing !== null) {
    console.error(missing)
    return 4
  }
  const parts = [
    await compareAll('cases', casesBesideSpin(), false),
    await compareAll('samples', samplesBesideSpin(), false),
    await compareAll('examples of the package spin', examplesBesideSpin(), false),
    await compareAll('random models', randomBesideSpin(random, firstSeed), true),
  ]
  return parts.flat().some(({ outcome }) => outcome === 'different') ? 1 : 0
}
