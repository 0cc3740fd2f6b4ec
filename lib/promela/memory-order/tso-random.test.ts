// Random programs without loops: the final states that our store buffers allow, against those of the abstract machine
// of x86-TSO written down directly (one FIFO for each thread, forwarding, mfence, locked exchange).
import { describe, expect, it } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { readSamples } from '#lib/promela/shell/oracle/samples.ts'

type Variable = 'x' | 'y'
type Instruction =
  | { readonly kind: 'store'; readonly to: Variable; readonly value: number }
  | { readonly kind: 'load'; readonly from: Variable; readonly register: number }
  | { readonly kind: 'exchange'; readonly with: Variable; readonly value: number; readonly register: number }
  | { readonly kind: 'fence' }

/** RANDOM_TSO=1000 for a long run. */
const RUNS = testNumber('RANDOM_TSO', 40)
const FIRST = testNumber('RANDOM_SEED', 1)

/** A small linear congruential generator: the same programs on every machine. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function randomThreads(random: (below: number) => number): readonly (readonly Instruction[])[] {
  let register = 0
  let value = 0
  const variable = (): Variable => (random(2) === 0 ? 'x' : 'y')
  return Array.from({ length: 2 + random(2) }, (_, __) =>
    Array.from({ length: 2 + random(2) }, (): Instruction => {
      const kind = random(10)
      if (kind < 4) return { kind: 'store', to: variable(), value: ++value }
      if (kind < 8) return { kind: 'load', from: variable(), register: register++ }
      if (kind < 9) return { kind: 'exchange', with: variable(), value: ++value, register: register++ }
      return { kind: 'fence' }
    }),
  )
}

/** All final states, as conditions of Promela. */
function allowed(threads: readonly (readonly Instruction[])[], entries: number): ReadonlySet<string> {
  type State = {
    readonly at: readonly number[]
    readonly buffers: readonly (readonly (readonly [Variable, number])[])[]
    readonly memory: Readonly<Record<string, number>>
  }
  const finals = new Set<string>()
  const seen = new Set<string>()
  const pending: State[] = [
    { at: threads.map(() => 0), buffers: threads.map(() => []), memory: { x: 0, y: 0 } },
  ]
  for (let state = pending.pop(); state; state = pending.pop()) {
    const key = JSON.stringify(state)
    if (seen.has(key)) continue
    seen.add(key)
    const { at, buffers, memory } = state
    let done = true
    threads.forEach((thread, index) => {
      const buffer = buffers[index] ?? []
      const [oldest, ...rest] = buffer
      const go = (change: Readonly<Record<string, number>>, next: typeof buffer, moved: number): void => {
        pending.push({
          at: at.map((pc, other) => (other === index ? pc + moved : pc)),
          buffers: buffers.map((own, other) => (other === index ? next : own)),
          memory: { ...memory, ...change },
        })
      }
      if (oldest) {
        done = false
        go({ [oldest[0]]: oldest[1] }, rest, 0)
      }
      const instruction = thread[at[index] ?? 0]
      if (!instruction) return
      done = false
      switch (instruction.kind) {
        case 'store':
          if (buffer.length < entries) go({}, [...buffer, [instruction.to, instruction.value]], 1)
          return
        case 'load': {
          const own = buffer.findLast(([name]) => name === instruction.from)
          const value = own ? own[1] : (memory[instruction.from] ?? 0)
          go({ [`r[${instruction.register}]`]: value }, buffer, 1)
          return
        }
        case 'exchange':
          if (buffer.length === 0) {
            go(
              {
                [`r[${instruction.register}]`]: memory[instruction.with] ?? 0,
                [instruction.with]: instruction.value,
              },
              buffer,
              1,
            )
          }
          return
        case 'fence':
          if (buffer.length === 0) go({}, buffer, 1)
          return
      }
    })
    if (!done) continue
    const parts = Object.entries(memory).sort(([a], [b]) => (a < b ? -1 : 1))
    finals.add(parts.map(([name, value]) => `${name} == ${value}`).join(' && '))
  }
  return finals
}

function promela(threads: readonly (readonly Instruction[])[], assertion: string): string {
  const words = (instruction: Instruction): string => {
    switch (instruction.kind) {
      case 'store':
        return `${instruction.to} = ${instruction.value}`
      case 'load':
        return `r[${instruction.register}] = ${instruction.from}`
      case 'exchange':
        return `atomic { r[${instruction.register}] = ${instruction.with}; ${instruction.with} = ${instruction.value} }`
      case 'fence':
        return 'mfence()'
    }
  }
  return `/* coherent: tso x, y */ /* coherent: fence mfence */
byte x, y, r[12];
inline mfence() { skip }
active proctype judge() { _nr_pr == 1 -> assert(${assertion}) }
${threads.map((thread, index) => `active proctype T${index}() { ${thread.map(words).join('; ')} }`).join('\n')}`
}

function verdictOf(text: string, storeBuffers: number): string | undefined {
  const { program } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines: {},
    storeBuffers,
  })
  // A program of loads only has nothing to buffer, and still compiles.
  if (!program) throw new Error(text)
  const verdicts = [{}, { reduce: { dead: true, por: true } }].map((options) => {
    const search = createSearch(program, options)
    while (!search.step(100_000).done);
    return search.verdict()?.kind
  })
  // Reductions know nothing of buffers, so they must not change anything either.
  expect(verdicts[1], text).toBe(verdicts[0])
  return verdicts[0]
}

it(`${RUNS} random programs can end as x86-TSO says, and not otherwise`, () => {
  let outcomes = 0
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    const random = generator(seed)
    const threads = randomThreads(random)
    const entries = 1 + random(2)
    const finals = [...allowed(threads, entries)]
    const any = finals.map((item) => `(${item})`).join(' || ')
    expect(verdictOf(promela(threads, any), entries), promela(threads, any)).toBe('holds')
    for (const final of finals) {
      const others = promela(threads, `!(${final})`)
      expect(verdictOf(others, entries), others).toBe('violated')
      outcomes++
    }
  }
  expect(outcomes).toBeGreaterThan(RUNS)
}, 600_000)

describe('against store buffers that are written by hand in Promela', () => {
  const samples = readSamples()
  // Its verdicts are those that spin gave.
  const byHand = samples.find(({ name }) => name === 'futex-tso')?.variants ?? []
  const annotated = samples.find(({ name }) => name === 'futex-fast-path')?.text ?? ''
  const table: readonly (readonly [
    hand: Record<string, string>,
    ours: Record<string, string>,
    buffers: number | undefined,
  ])[] = [
    [{}, {}, undefined],
    [{ NOMB: '' }, { NO_MB: '' }, undefined],
    [{ TSO: '' }, {}, 2],
    [{ TSO: '', NOMB: '' }, { NO_MB: '' }, 2],
  ]
  it.each(table)('spin with %j says what we say with %j and buffers of %s', (hand, defines, buffers) => {
    const names = Object.keys(hand).sort().join(' ')
    const theirs = byHand.find((variant) => Object.keys(variant.defines).sort().join(' ') === names)
    const { program } = compileModel({
      files: new Map([['m.pml', annotated]]),
      main: 'm.pml',
      defines,
      ...(buffers === undefined ? {} : { storeBuffers: buffers }),
    })
    if (!program || !theirs) throw new Error('the sample compiles, and has that variant')
    const search = createSearch(program)
    while (!search.step(100_000).done);
    expect(search.verdict()?.kind).toBe(theirs.verdict)
  })
})
