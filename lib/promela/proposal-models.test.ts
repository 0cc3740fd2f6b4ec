/** The models of the proposal's next revision: our answer is the one that spin gave, and idle designs are refused. */
import { describe, expect, it } from 'vitest'
import {
  modelFiles,
  oursOnModel,
  type RecordedModel,
  readRecordedModels,
  spinOnModel,
} from '#lib/promela/shell/oracle/proposal-models.ts'
import { named } from '#lib/promela/shell/oracle/with-spin.ts'
import { spinMissing } from '#lib/promela/shell/spin.ts'

const missing = await spinMissing()
const recorded = readRecordedModels()

/** The others are asked by `npm run record:spin`: together they take a minute. */
const MAX_STATES = 10_000
/** Of a claim about runs no number of states is recorded; these have large graphs. */
const LARGE = new Set(['lock-order.pml', 'requeue.pml', 'waitv-claim.pml', 'io-wq-pool.pml'])

const isSmall = ({ file, spin }: RecordedModel): boolean =>
  spin.states === undefined ? !LARGE.has(file) : spin.states <= MAX_STATES

const title = ({ file, defines, property }: RecordedModel): string =>
  [file, ...Object.entries(defines).map(([name, value]) => `${name}=${value}`), property].join(' ')

const verdictOf = (file: string, define: string): readonly string[] =>
  recorded.filter((item) => item.file === file && define in item.defines).map(({ spin }) => spin.verdict)

describe('what spin said of a model', () => {
  it.each(recorded.filter(isSmall).map((item) => [title(item), item] as const))(
    'is what we say: %s',
    (_, item) => {
      expect(oursOnModel(item)).toEqual(item.spin)
    },
  )

  it('is recorded of every model of the folder, of one that holds and of one that is violated', () => {
    const files = [...modelFiles().keys()].filter((name) => name !== 'kernel.pml')
    for (const file of files) {
      const verdicts = new Set(recorded.filter((item) => item.file === file).map(({ spin }) => spin.verdict))
      expect(verdicts, file).toEqual(new Set(['holds', 'violated']))
    }
  })
})

describe('a design that does nothing is refused', () => {
  it.each([
    ['a waiter that never waits', 'wake-order.pml', 'NEVER_WAITS'],
    ['a waiter that never waits, without barriers', 'wake-barriers.pml', 'NEVER_WAITS'],
    ['a worker that never waits', 'io-wq-pool.pml', 'NEVER_WAITS'],
    ['a waker that wakes nobody', 'wake-order.pml', 'NEVER_WAKES'],
    ['a waker that wakes nobody, without barriers', 'wake-barriers.pml', 'NEVER_WAKES'],
    ['a waker that marks nobody', 'wake-lifetime.pml', 'NEVER_WAKES'],
    ['a waker that finds the entry and leaves it', 'hash-pivot.pml', 'NEVER_WAKES'],
    ['a waker that wakes nobody behind a ring', 'ring-exit.pml', 'NEVER_WAKES'],
    ['a waker that wakes no worker', 'io-wq-pool.pml', 'NEVER_WAKES'],
    ['a waker that ignores its key', 'keys.pml', 'NEVER_WAKES'],
    ['a waker that passes all rings', 'lock-order.pml', 'NEVER_WAKES'],
    ['a wake that only counts', 'waitv-claim.pml', 'COUNTS_ONLY'],
    ['a wake that marks threads and wakes none', 'wake-order.pml', 'NO_WAKE_Q'],
    ['a cancel that does nothing', 'cancel-ownership.pml', 'CANCEL_DOES_NOTHING'],
    ['an exit that only empties its list', 'cancel-all.pml', 'CANCEL_DOES_NOTHING'],
    ['a cancel that follows no requeue', 'requeue.pml', 'CANCEL_DOES_NOTHING'],
    ['a cancel of two rings that does nothing', 'lock-order.pml', 'CANCEL_DOES_NOTHING'],
    ['an exit that leaves its waits', 'exit-order.pml', 'CANCEL_DOES_NOTHING'],
    ['a loser that overwrites the result', 'cancel-ownership.pml', 'LOSER_OVERWRITES'],
    ['a loser that overwrites the index', 'waitv-claim.pml', 'LOSER_OVERWRITES'],
    ['a completion that frees nothing', 'cancel-ownership.pml', 'COMPLETION_FREES_NOTHING'],
  ])('%s', (_, file, define) => {
    expect(verdictOf(file, define)).toEqual(['violated'])
  })
})

describe.skipIf(missing !== null)(named('the installed spin', missing), () => {
  it.each(['holds', 'violated'] as const)(
    'says again what is recorded of the smallest model that is %s',
    async (verdict) => {
      const [smallest] = recorded
        .filter(({ spin }) => spin.verdict === verdict && spin.states !== undefined)
        .sort((a, b) => (a.spin.states ?? 0) - (b.spin.states ?? 0))
      if (!smallest) throw new Error(`no model is ${verdict}`)
      expect(await spinOnModel(smallest)).toEqual(smallest.spin)
    },
    60_000,
  )
})
