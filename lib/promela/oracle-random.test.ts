/** Verdict and counts of random models, as the real spin recorded them; `npm run test:long` asks it new ones. */
import { describe, expect, it } from 'vitest'
import { oursOnSafety, spinOnSafety } from '#lib/promela/shell/oracle/random-safety.ts'
import { readRecorded } from '#lib/promela/shell/oracle/recorded.ts'
import { named } from '#lib/promela/shell/oracle/with-spin.ts'
import { spinMissing } from '#lib/promela/shell/spin.ts'

const missing = await spinMissing()
const recorded = readRecorded('recorded-safety')

it('random models have the verdict and the counts that spin gave them', () => {
  for (const { spin, ...question } of recorded)
    expect(oursOnSafety(question, 300_000), `${question.unless}\n${question.text}`).toEqual(spin)
  const answers = new Set(recorded.map(({ unless, spin }) => `${unless} ${spin.violated}`))
  expect(answers.size).toBe(4)
  expect(recorded.length).toBeGreaterThanOrEqual(160)
}, 60_000)

describe.skipIf(missing !== null)(named('the installed spin', missing), () => {
  it.each(['outer-first', 'inner-first'])(
    'says the same again of some of them (%s)',
    async (order) => {
      const some = recorded.filter(({ unless, text }) => unless === order && text.length < 900).slice(0, 2)
      expect(some).toHaveLength(2)
      for (const { spin, ...question } of some) expect(await spinOnSafety(question)).toEqual(spin)
    },
    60_000,
  )
})
