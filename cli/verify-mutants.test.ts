import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verify } from './verify.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mutants-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function mutate(
  text: string,
  args: readonly string[] = [],
  options: { stopAtProgress?: boolean } = {},
) {
  const file = path.join(folder, 'm.pml')
  await writeFile(file, text)
  let out = ''
  let err = ''
  const interrupt = new AbortController()
  const code = await verify([file, '--mutate', ...args], {
    out: (words) => {
      out += words
    },
    err: (words) => {
      err += words
      if (options.stopAtProgress) interrupt.abort()
    },
    watched: options.stopAtProgress ?? false,
    interrupt: interrupt.signal,
  })
  return { code, out: out.replaceAll(`${folder}/`, ''), err }
}

const LOCKED = `byte lock, inside
inline spin_lock(l) { atomic { l == 0 -> l = 1 } }
active [2] proctype P() {
  spin_lock(lock);
  inside++;
  assert(inside == 1);
  inside--;
  lock = 0
}
`

it('a lock whose every loss is noticed: each mutant with its place and the length of its counterexample', async () => {
  const { code, out } = await mutate(LOCKED)
  expect(code).toBe(0)
  expect(out).toMatch(/^m\.pml\n\nHolds of the model: safety \(\d+ states\)\n/)
  expect(out).toMatch(
    /● m\.pml:4 +without spin_lock\(lock\)\n +noticed after 5 statements: assertion violated: inside == 1\n/,
  )
  expect(out).toContain('● m.pml:2  in spin_lock: others may run inside this atomic\n')
  expect(out).toMatch(/\n\d+ mutants: \d+ noticed\n$/)
})

it('a claim that notices nothing is told so, with exit code 1', async () => {
  const { code, out } = await mutate(
    LOCKED.replace('assert(inside == 1)', 'assert(true)').replace('lock = 0', 'skip; lock = 0'),
  )
  expect(code).toBe(1)
  expect(out).toContain('▲ m.pml:4  without spin_lock(lock)\n')
})

it('a model that claims nothing', async () => {
  const { code, out } = await mutate('byte x; active proctype P() { end: do :: x = 1 - x od }')
  expect(code).toBe(1)
  expect(out).toContain('safety noticed none of them: it says nothing about this model.')
})

it('a mutant that does not end in time is unfinished: exit code 2', async () => {
  const text =
    'int x; byte stop; active proctype P() { do :: stop < 1 -> x++; stop++ :: else -> break od; assert(stop == 1 && x == 1) }'
  const { code, out } = await mutate(text)
  expect(out).toMatch(
    /◐ m\.pml:1 {2}without stop\+\+\n +not finished: stopped at 200,000 states by its bound \(states\)/,
  )
  expect(code).toBe(2)
})

it('a model of which nothing holds is bad input', async () => {
  const { code, out } = await mutate('byte x; active proctype P() { x = 1; assert(x == 2) }')
  expect(code).toBe(3)
  expect(out).toContain('safety: violated without any mutation (assertion violated: x == 2)')
  expect((await mutate('nonsense')).code).toBe(3)
  expect((await mutate('byte x;')).code).toBe(3)
})

it('options of the search count for mutants, too', async () => {
  const text = `byte x; active [3] proctype P() { byte l; l = 1; l = l + 1; x = x + 1; l = 0 }
#ifdef BROKEN
active proctype Q() { assert(false) }
#endif
`
  const states = async (...args: string[]) =>
    JSON.parse((await mutate(text, ['--json', ...args])).out).properties[0].states
  expect(await states('--reduce', 'all')).toBeLessThan(await states())
  expect((await mutate(text, ['-DBROKEN'])).out).toMatch(
    /^m\.pml -DBROKEN\n\nsafety: violated without any mutation/,
  )
})

it('a claim about fair runs is asked about fair runs of the mutants', async () => {
  const text = `bool x; active proctype P() { x = 1 } active proctype Q() { do :: skip od } ltl set { <> x }`
  const unfair = await mutate(text, ['--property', 'set'])
  expect(unfair.code).toBe(3)
  expect(unfair.out).toContain('set: violated without any mutation')
  const fair = await mutate(text, ['--property', 'set', '--fair'])
  expect(fair.out).toContain('without x = 1')
  expect(fair.code).toBe(0)
  expect((await mutate(text, ['--property', 'sett'])).out).toContain(
    'the model has no ltl block sett; it has set',
  )
})

it('every engine says the same of every mutant', async () => {
  const statuses = async (engine: string) =>
    JSON.parse((await mutate(LOCKED, ['--json', '--engine', engine])).out).mutants.map(
      ({ id, answers }: { id: string; answers: unknown }) => ({ id, answers }),
    )
  const interpreted = await statuses('interpreter')
  expect(interpreted.length).toBeGreaterThan(5)
  expect(await statuses('wasm')).toEqual(interpreted)
  expect(await statuses('js')).toEqual(interpreted)
})

it('as one object', async () => {
  const { code, out, err } = await mutate(`${LOCKED} ltl returns { [] (inside < 2) }`, ['--json'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const report = JSON.parse(out)
  expect(report).toMatchObject({
    file: path.join(folder, 'm.pml').replace(`${folder}/`, ''),
    cancelled: false,
  })
  expect(report.properties.map((item: { property: string }) => item.property)).toEqual(['safety', 'returns'])
  expect(report.mutants).toHaveLength(report.total)
  expect(report.mutants[0]).toMatchObject({
    id: 'atomic@m.pml:2:23',
    kind: 'atomic',
    line: 2,
    inline: 'spin_lock',
    status: 'noticed',
    answers: [
      { property: 'safety', kind: 'noticed', error: 'assertion' },
      { property: 'returns', kind: 'noticed' },
    ],
  })
})

it('stopped, it tells how much it did not look at', async () => {
  const { code, out } = await mutate(LOCKED, [], { stopAtProgress: true })
  expect(code).toBe(2)
  expect(out).toMatch(/Stopped; \d+ were not looked at\./)
})
