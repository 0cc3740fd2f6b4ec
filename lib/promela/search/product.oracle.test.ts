/** Verdicts on random models with claims, labels and fairness, as pan recorded them; `npm run test:long` asks new ones. */
import { describe, expect, it } from 'vitest'
import { claimModes, oursOnClaim, spinOnClaim } from '#lib/promela/shell/oracle/random-claims.ts'
import { readRecorded } from '#lib/promela/shell/oracle/recorded.ts'
import { named } from '#lib/promela/shell/oracle/with-spin.ts'
import { spinMissing } from '#lib/promela/shell/spin.ts'

const missing = await spinMissing()
const recorded = readRecorded('recorded-claims')

describe.each(claimModes)('%s', (mode) => {
  const ofMode = recorded.filter((item) => item.mode === mode)

  it('random models have the verdict that pan gave them', () => {
    for (const { spin, ...question } of ofMode)
      expect(oursOnClaim(question, 100_000), `${question.fair ? 'fair' : ''}\n${question.text}`).toBe(spin)
    expect(ofMode.length).toBeGreaterThanOrEqual(40)
    expect(new Set(ofMode.map(({ spin }) => spin))).toEqual(new Set(['holds', 'violated']))
    if (mode !== 'never') expect(new Set(ofMode.map(({ fair }) => fair)).size).toBe(2)
  }, 60_000)

  it.skipIf(missing !== null)(
    named('the installed spin says the same again of one that holds and one that does not', missing),
    async () => {
      for (const verdict of ['holds', 'violated'] as const) {
        const question = ofMode.find(({ spin }) => spin === verdict)
        if (!question) throw new Error(`none is recorded that is ${verdict}`)
        expect(await spinOnClaim(question)).toBe(verdict)
      }
    },
    60_000,
  )
})
