import { describe, expect, it } from 'vitest'
import { driveSearch } from '#lib/promela/shell/drive.ts'
import { readSamples } from '#lib/promela/shell/oracle/samples.ts'
import { checkMutants, type MutationOptions, type MutationReport } from './check-mutants.ts'

const run: MutationOptions['run'] = (search) =>
  driveSearch(search, {
    now: () => performance.now(),
    pause: async () => {},
    maxMs: 30_000,
    reportEveryMs: 1e9,
  })

async function mutantsOf(
  text: string,
  defines: Readonly<Record<string, string>> = {},
  options: Partial<MutationOptions> = {},
): Promise<MutationReport> {
  const input = { files: new Map([['m.pml', text]]), main: 'm.pml', defines }
  const report = await checkMutants(input, { run, ...options })
  if (!report) throw new Error('the text is no model')
  return report
}

function statuses({ mutants }: MutationReport): readonly string[] {
  return mutants.map(
    ({ mutant, status }) => `${status} ${mutant.id.replace(/:m\.pml|@.*/g, '')} ${mutant.text}`,
  )
}

/** Which mutants take away a lock, and how many of them there are. */
const locks: readonly (readonly [
  name: string,
  defines: Record<string, string>,
  words: RegExp,
  count: number,
])[] = [
  ['wake-order', {}, /^call .*(?:spin_lock|spin_unlock)/, 5],
  ['cancel-ownership', {}, /^call .*(?:(?:spin|mutex)_(?:un)?lock)/, 8],
  ['ticket-lock', { N: '3' }, /^(?:guard owner|atomic|assign (?:my|nxt|owner))/, 5],
  ['mcs', { N: '2' }, /^(?:guard !locked|atomic|assign (?:pred|tail = _pid|next\[pred\]|locked))/, 8],
  ['bakery', { N: '2' }, /^(?:guard (?:choosing|\(num)|assign (?:choosing\[_pid\] = 1|num\[_pid\] = mx))/, 4],
]

describe('a lock that is taken away is noticed', () => {
  it.each(locks)(
    'in %s',
    async (name, defines, words, count) => {
      const sample = readSamples().find((item) => item.name === name)
      const report = await mutantsOf(sample?.text ?? '', defines)
      expect(report.properties).toEqual(['safety'])
      const dropped = report.mutants.filter(({ mutant }) => words.test(`${mutant.kind} ${mutant.text}`))
      expect(dropped.map(({ mutant, status }) => [mutant.text, status])).toEqual(
        dropped.map(({ mutant }) => [mutant.text, 'noticed']),
      )
      expect(dropped).toHaveLength(count)
    },
    60_000,
  )
})

describe('what no claim notices', () => {
  it('a model that claims nothing: all of its mutants survive', async () => {
    const vacuous = `byte lock, x;
      inline take() { atomic { lock == 0 -> lock = 1 } }
      active [2] proctype P() { end: do :: take(); x = 1 - x; lock = 0 od }`
    const report = await mutantsOf(vacuous)
    expect(report.mutants.length).toBeGreaterThan(5)
    expect(new Set(report.mutants.map(({ status }) => status))).toEqual(new Set(['survived']))
  })

  it('a statement that only a claim could miss survives although the graph looks the same', async () => {
    const text = 'byte posted; bool seen; active proctype P() { posted++; seen = true }'
    expect(statuses(await mutantsOf(text))).toEqual([
      'survived assign posted++',
      'equivalent order posted++; seen = true',
      'survived assign seen = true',
    ])
    const asked = `${text} ltl done { <> (posted == 1) }`
    expect(statuses(await mutantsOf(asked))[0]).toBe('noticed assign posted++')
  })

  it('an atomic around one statement changes nothing, and is not searched', async () => {
    const searched: (string | null)[] = []
    const report = await mutantsOf(
      'byte x; active [2] proctype P() { atomic { x++ } }',
      {},
      {
        run: (search, mutant) => {
          searched.push(mutant?.id ?? null)
          return run(search, mutant)
        },
      },
    )
    expect(report.mutants.map(({ status, sameAs }) => [status, sameAs])).toEqual([
      ['equivalent', 'model'],
      ['survived', null],
    ])
    expect(searched).toEqual([null, 'assign@m.pml:1:44'])
  })

  it('a call of a lock and the one statement in it are the same mutant when there is one call', async () => {
    const text = 'byte x; inline once() { x++ } active proctype P() { once(); assert(x == 1) }'
    const report = await mutantsOf(text)
    expect(report.mutants.map(({ mutant, status, sameAs }) => [mutant.kind, status, sameAs])).toEqual([
      ['assign', 'noticed', null],
      ['call', 'noticed', 'assign@m.pml:1:25'],
    ])
  })
})

describe('the claims', () => {
  const text = `bool asked, served;
    active proctype client() { asked = true; served }
    active proctype server() { asked; served = true }
    ltl answered { [] (asked -> <> served) }
    ltl never_served { [] !served }`

  it('each answers for itself; one that does not hold of the model itself is left out', async () => {
    const { properties, excluded, mutants } = await mutantsOf(text)
    expect(properties).toEqual(['safety', 'answered'])
    expect(excluded.map(({ property, verdict }) => [property, verdict.kind])).toEqual([
      ['never_served', 'violated'],
    ])
    const dropped = mutants.find(({ mutant }) => mutant.text === 'served = true')
    expect(dropped?.answers.map(({ kind }) => kind)).toEqual(['noticed', 'noticed'])
  })

  it('when none holds there is nothing that could notice, and no mutant is tried', async () => {
    expect(await mutantsOf(text, {}, { properties: ['never_served'] })).toMatchObject({
      properties: [],
      mutants: [],
    })
  })

  it('progress, and a claim that the model does not have', async () => {
    const loop = 'byte x; active proctype P() { do :: x = 1 - x; progress: skip od }'
    const report = await mutantsOf(loop, {}, { properties: ['safety', 'progress', 'nothing'] })
    expect(report.properties).toEqual(['safety', 'progress'])
    expect(report.unknown).toEqual(['the model has no ltl block nothing'])
    const never = 'byte x; active proctype P() { do :: x = 1 - x od } never { do :: x < 2 od; }'
    expect((await mutantsOf(never)).properties).toEqual(['safety', 'claim'])
  })

  it('a text that is no model has no report', async () => {
    const input = { files: new Map([['m.pml', 'nonsense']]), main: 'm.pml', defines: {} }
    expect(await checkMutants(input, { run })).toBeNull()
  })
})

describe('bounds', () => {
  const text =
    'byte x; bool stop; active proctype P() { do :: !stop -> x++; stop = true :: else -> break od; assert(x) }'

  it('a mutant that grows without end is unfinished, not survived', async () => {
    const grows =
      'int x; bool stop; active proctype P() { do :: !stop -> x++; stop = true :: else -> break od }'
    const report = await mutantsOf(grows)
    expect(statuses(report)).toContain('unfinished assign stop = true')
  })

  it('cancelled, it tells what was looked at and how many there would have been', async () => {
    let asked = 0
    const report = await mutantsOf(text, {}, { cancelled: () => ++asked > 2 })
    expect(report).toMatchObject({ cancelled: true, mutants: [{ status: 'survived' }] })
    expect(report.total).toBeGreaterThan(1)
  })
})
