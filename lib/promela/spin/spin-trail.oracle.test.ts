/** Our trails as spin's simulator walked them: the same statements in the same order, to the same variables. */
import { describe, expect, it } from 'vitest'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import {
  comparable,
  oursOnWalk,
  spinOnWalk,
  type WalkQuestion,
} from '#lib/promela/shell/oracle/random-walks.ts'
import { type Recorded, readRecorded } from '#lib/promela/shell/oracle/recorded.ts'
import { readSamples } from '#lib/promela/shell/oracle/samples.ts'
import { named } from '#lib/promela/shell/oracle/with-spin.ts'
import { spinMissing } from '#lib/promela/shell/spin.ts'

const missing = await spinMissing()
const samples = readSamples()
const recorded = readRecorded('recorded-walks')

function questionOf({ of, text, defines, walk }: Recorded['recorded-walks']): WalkQuestion {
  const model = text ?? samples.find(({ name }) => name === of)?.text
  if (model === undefined) throw new Error(`no sample ${of}`)
  return { text: model, walk, ...(defines ? { defines } : {}) }
}

it('each recorded walk has the trail that spin followed, through our statements, to our variables', () => {
  let compared = 0
  for (const item of recorded) {
    const question = questionOf(item)
    const { trail, steps, values } = oursOnWalk(question)
    expect(trail, item.of).toBe(item.trail)
    expect(steps, `${item.of}\n${question.text}`).toEqual(item.spin.steps)
    const { ours, theirs } = comparable(values, item.spin.values)
    expect(ours, `${item.of}\n${question.text}`).toEqual(theirs)
    expect(Object.keys(theirs)).toEqual(Object.keys(item.spin.values))
    compared += Object.keys(theirs).length
  }
  expect(recorded.filter(({ of }) => of.startsWith('random ')).length).toBeGreaterThan(20)
  expect(recorded.length).toBeGreaterThan(140)
  expect(compared).toBeGreaterThan(recorded.length)
})

it('the counterexample of each violated sample is the recorded walk', () => {
  const violated = samples.flatMap(({ name, text, variants }) =>
    variants.filter(({ verdict }) => verdict === 'violated').map(({ defines }) => ({ name, text, defines })),
  )
  for (const { name, text, defines } of violated) {
    const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines })
    if (!program) throw new Error(`${name} compiles`)
    const search = createSearch(program)
    while (!search.step(100_000).done);
    const verdict = search.verdict()
    const walks = recorded.filter(({ of }) => of === name)
    expect(walks.map(({ walk }) => walk)).toContainEqual(verdict?.kind === 'violated' && verdict.trace)
  }
  expect(violated.length).toBeGreaterThan(5)
})

describe.skipIf(missing !== null)(named('the installed spin', missing), () => {
  it('walks some of the recorded trails again, to the same end', async () => {
    const some = [
      ...recorded.filter(({ text }) => text === undefined).slice(0, 3),
      ...recorded.filter(({ of }) => of.startsWith('random ')).slice(0, 5),
    ]
    expect(some).toHaveLength(8)
    for (const item of some) {
      const { steps, values } = await spinOnWalk(questionOf(item), item.trail)
      expect({ of: item.of, steps }).toEqual({ of: item.of, steps: item.spin.steps })
      expect(values).toMatchObject(item.spin.values)
    }
  }, 60_000)

  it('sees the assertion that a counterexample ends at', async () => {
    const sample = samples.find(({ variants }) => variants.some(({ error }) => error === 'assertion'))
    const defines = sample?.variants.find(({ error }) => error === 'assertion')?.defines
    const item = recorded.find(
      (walk) => walk.of === sample?.name && JSON.stringify(walk.defines) === JSON.stringify(defines),
    )
    if (!item) throw new Error('a sample with an assertion is recorded')
    const { output } = await spinOnWalk(questionOf(item), item.trail)
    expect(output).toContain('Error: assertion violated')
  })

  it('walks a trail with lost messages with -m', async () => {
    const text = 'chan c = [1] of { byte }; active proctype P() { byte v; c!1; c!2; c?v; assert(v == 2) }'
    const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} })
    if (!program) throw new Error('the model compiles')
    const search = createSearch(program, { lossy: true })
    while (!search.step(1000).done);
    const verdict = search.verdict()
    if (verdict?.kind !== 'violated') throw new Error('the model is violated')
    const question = { text, walk: verdict.trace, lossy: true }
    const ours = oursOnWalk(question)
    const { steps, values } = await spinOnWalk(question, ours.trail)
    expect(steps).toEqual(ours.steps)
    expect(values['P(0):v']).toBe('1')
  })
})
