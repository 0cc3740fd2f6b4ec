/** Verdicts on claims of random models against `pan -a` of the unreduced graph. `RANDOM_CLAIMS=500` for a long run. */
import { describe, expect, it } from 'vitest'
import { compileModel } from '../compile.ts'
import { type Random, randomModel, seededRandom } from '../shell/random-model.ts'
import { runSpin, spinMissing } from '../shell/spin.ts'
import { createCycleSearch } from './product.ts'

const CLAIMS = Number(process.env.RANDOM_CLAIMS ?? 16)
const missing = await spinMissing()

const pick = (random: Random, limit: number) => Math.floor(random() * limit)

function randomClaim(random: Random, depth: number): string {
  const atoms = ['x == 1', 'y < 2', 'z == 0', 'k == 1', 'b[0] == 1', 'len(c) > 0']
  const part = () => `(${randomClaim(random, depth - 1)})`
  if (depth === 0) return atoms[pick(random, atoms.length)] ?? 'x == 1'
  switch (pick(random, 7)) {
    case 0:
      return `[] ${part()}`
    case 1:
      return `<> ${part()}`
    case 2:
      return `${part()} U ${part()}`
    case 3:
      return `${part()} -> ${part()}`
    case 4:
      return `! ${part()}`
    case 5:
      return `[] (<> ${part()})`
    default:
      return `${part()} || ${part()}`
  }
}

describe.skipIf(missing !== null)(`claims of random models agree with pan -a (skipped: ${missing})`, () => {
  it(`${CLAIMS} models`, async () => {
    const wrong: string[] = []
    const verdicts: string[] = []
    for (let seed = 1; seed <= CLAIMS; seed++) {
      const random = seededRandom(seed)
      // Random models end; the last process does not, so that cycles of steps are there, too.
      const text = `byte k;\n${randomModel(random).replaceAll('assert(', '(true || ')}active proctype Turn() { do :: k = 1 - k od }\nltl p { ${randomClaim(random, 2)} }\n`
      const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines: {} })
      const claim = program?.claims[0]
      if (!program || !claim) throw new Error(`model ${seed} does not compile:\n${text}`)
      const search = createCycleSearch(program, claim, { maxStates: 100_000 })
      while (!search.step(10_000).done);
      const found = search.verdict()?.kind
      if (found === 'unfinished') continue
      // Spin refuses a few random models that are fine (a break before a d_step, two inherited elses).
      const spin = await runSpin({ text }, {}, { gcc: ['-USAFETY'], pan: ['-a'] }).catch(() => null)
      if (!spin) continue
      if (spin.truncated && spin.errors === 0) continue
      verdicts.push(found ?? '')
      if (spin.errors > 0 !== (found === 'violated'))
        wrong.push(`${seed}: ours ${found}, spin ${spin.errors} errors (${spin.complaint})\n${text}`)
    }
    expect(wrong).toEqual([])
    expect(verdicts.length).toBeGreaterThan(0.7 * CLAIMS)
    expect(new Set(verdicts)).toEqual(new Set(['holds', 'violated']))
  }, 600_000)
})
