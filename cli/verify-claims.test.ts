/** Properties other than safety, from the command line to each form of a trace. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environment } from '#lib/env.server.ts'
import { named } from '#lib/promela/shell/oracle/with-spin.ts'
import { replayTrail, spinMissing } from '#lib/promela/shell/spin.ts'
import { cpuMs, msHere } from '../scripts/cpu-time.mjs'
import { verify } from './verify.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verify-claims-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const missing = await spinMissing()

let models = 0
async function run(text: string, ...args: string[]) {
  const file = path.join(folder, `m${models++}.pml`)
  await writeFile(file, text)
  let out = ''
  let err = ''
  const code = await verify([file, ...args], {
    out: (words) => {
      out += words
    },
    err: (words) => {
      err += words
    },
    watched: false,
    interrupt: new AbortController().signal,
  })
  return { code, out, err }
}

const STARVED = `byte n; bit k;
active proctype P() { n = 1; n = 2 }
active proctype Q() { do :: k = 1 - k od }
ltl served { <> (n == 2) }
ltl small { [] (n < 3) }`
const WATCHED = `byte x;
active proctype A() { do :: x < 3 -> x++ :: else -> x = 0 od }
never { do :: x == 3 -> break :: else od }`
const LABELLED = `bit x, k;
active proctype A() { do :: x = 1; progress: x = 0 od }
active proctype B() { accept: do :: k = 1 - k od }`
const STOPS = 'byte x; active proctype A() { x = 1; x == 2 } ltl more { <> (x == 2) }'

const cases: readonly (readonly [text: string, args: readonly string[], code: number, words: string])[] = [
  [STARVED, ['--property', 'served'], 1, 'acceptance cycle: a run without end breaks ltl served'],
  [STARVED, ['--property', 'served', '--fair'], 0, 'every run, under weak fairness, satisfies ltl served'],
  [STARVED, ['--property', 'small'], 0, 'every run satisfies ltl small'],
  [STARVED, ['--property', 'claim'], 1, 'breaks ltl served'],
  [STARVED, ['--property', 'progress'], 1, 'comes to no progress label any more'],
  [WATCHED, ['--property', 'claim'], 1, 'the never claim comes to its end'],
  [LABELLED, ['--property', 'progress'], 1, 'comes to no progress label any more'],
  [LABELLED, ['--property', 'progress', '--fair'], 0, 'passes progress labels again and again'],
  [LABELLED, ['--property', 'accept'], 1, 'comes to accept labels again and again'],
  [STOPS, ['--property', 'more'], 1, 'nothing moves any more, and so it stays for ever'],
]

// The exit codes of all are what spin said. Each way to ask pan is asked again: a fair claim, a never claim, progress,
// accept; in a long run every case. Of the printed commands, which compile with -O2, two.
const some = (...numbers: readonly number[]) =>
  environment().COHERENT_LONG ? cases : cases.filter((_, at) => numbers.includes(at))

describe('a property', () => {
  it.each(cases)('%#: %j', async (text, args, code, words) => {
    const { code: found, out } = await run(text, ...args)
    expect({ code: found, out }).toEqual({ code, out: expect.stringContaining(words) })
    const report = JSON.parse((await run(text, '--json', ...args)).out)
    expect(report).toMatchObject({ property: args[1], verdict: code === 0 ? 'holds' : 'violated' })
  })

  it.skipIf(missing !== null).each(some(1, 5, 6, 8))(
    named('%# has the verdict of the real spin', missing),
    async (text, args) => {
      const { out } = await run(text, ...args, '--spin')
      expect(out).toContain('They agree on the verdict.')
    },
  )

  it.skipIf(missing !== null).each(some(5, 6))(
    named('%#: the printed commands repeat it', missing),
    async (text, args, code) => {
      const { out } = await run(text, ...args)
      const commands = out.split('The same with Spin:\n')[1]?.trim().split('\n') ?? []
      const here = await mkdtemp(path.join(folder, 'again-'))
      const name = commands[0]?.split(' ').at(-1) ?? ''
      await writeFile(path.join(here, name), text)
      const script = commands.map((line) => line.trim()).join(' && ')
      const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd: here })
      expect(/errors: (\d+)/.exec(stdout)?.[1] !== '0').toBe(code === 1)
    },
  )

  it('a claim that nobody asked for is named on standard error', async () => {
    const { err } = await run(STARVED)
    expect(err).toContain('ltl served, ltl small: a search for safety does not check it')
  })

  it('stops at its bound, and then proves nothing', async () => {
    const endless = 'int x; active proctype A() { do :: x++ od } ltl p { [] (x >= 0 || x < 0) }'
    expect((await run(endless, '--property', 'p', '--max-states', '1000')).code).toBe(2)
    expect((await run(endless, '--property', 'p', '--max-memory', '1')).code).toBe(2)
  })
})

describe('a run without end', () => {
  it('is told in words, and marked in the table', async () => {
    const { out } = await run(STARVED, '--property', 'served')
    expect(out).toMatch(/those from step \d+ on repeat for ever/)
    expect(out).toContain('--- from here on for ever ---')
  })

  it('says in JSON and ITF where it begins to repeat', async () => {
    const report = JSON.parse((await run(STARVED, '--property', 'served', '--json')).out)
    const { cycleStart, steps } = report.trace
    expect(cycleStart).toBeLessThan(steps.length)
    const itf = JSON.parse((await run(STARVED, '--property', 'served', '--trace', 'itf')).out)
    expect(itf.loop).toBe(cycleStart)
    // The state behind the last step is the one that the loop begins with.
    const shape = ({ '#meta': _meta, _step, ...values }: Record<string, unknown>) => values
    expect(shape(itf.states.at(-1))).toEqual(shape(itf.states[cycleStart]))
  })

  it('is a loop in the sequence diagram', async () => {
    const { out } = await run(STARVED, '--property', 'served', '--trace', 'mermaid')
    expect(out).toMatch(/\n {2}loop for ever\n[\s\S]*\n {2}end\n/)
  })

  it.skipIf(missing !== null)(
    named('is walked by spin, which sees where the cycle starts', missing),
    async () => {
      for (const property of ['served', 'progress']) {
        const trail = (await run(STARVED, '--property', property, '--trace', 'trail')).out
        const { steps, lost, output } = await replayTrail({ text: STARVED }, {}, trail)
        expect(lost).toEqual([])
        expect(output).toContain('START OF CYCLE')
        expect(steps.length).toBe(trail.trim().split('\n').length - 1)
      }
    },
  )
})

describe('bad input is a diagnostic with a place, soon', () => {
  const inputs: readonly (readonly [what: string, text: string, code: string])[] = [
    ['a file of 10 MB', `byte x;\n${'active proctype P() { x = 1 }\n'.repeat(350_000)}`, 'file-too-large'],
    ['300 processes', 'active [300] proctype P() { skip }', 'too-many-processes'],
    [
      'macros that double each other',
      `${Array.from({ length: 60 }, (_, at) => `#define M${at} M${at + 1} M${at + 1}`).join('\n')}\nactive proctype P() { M0 }`,
      'file-too-large',
    ],
    ['an inline that calls itself', 'inline f() { f() }\nactive proctype P() { f() }', 'inline-recursion'],
    [
      'an include that leaves the folder',
      '#include "../../etc/passwd"\nactive proctype P() { skip }',
      'include-outside',
    ],
    ['embedded C', 'active proctype P() { c_code { exit(1); } }', 'embedded-c'],
    ['an unknown name', 'active proctype P() { nothing = 1 }', 'unknown-name'],
    ['a missing separator', 'active proctype P() { if :: true fi skip }', 'missing-separator'],
    ['a type error', 'chan c = [1] of { byte }; active proctype P() { c!1,2 }', 'wrong-field-count'],
    ['no such claim', 'active proctype P() { skip }', 'unknown-claim'],
  ]
  it.each(inputs)('%s', async (_, text, code) => {
    const args = code === 'unknown-claim' ? ['--property', 'p'] : []
    const began = cpuMs()
    const { code: exit, out } = await run(text, '--json', ...args)
    expect(exit).toBe(3)
    const report = JSON.parse(out)
    expect(report.verdict).toBe('error')
    const found = report.diagnostics.find((item: { code: string }) => item.code === code)
    expect(found, JSON.stringify(report.diagnostics.slice(0, 3))).toMatchObject({
      line: expect.any(Number),
      column: expect.any(Number),
    })
    expect(cpuMs() - began).toBeLessThan(msHere(4000))
  })

  it('a model of 1,000,000,000 states stops at a bound', async () => {
    const { code } = await run(
      'int x; active proctype P() { do :: x < 1000000000 -> x++ :: else -> x = 0 od }',
      '--max-states',
      '200000',
    )
    expect(code).toBe(2)
  })
})

describe('several claims in one model', () => {
  const TWO =
    'byte x;\nactive proctype A() { x = 1 }\nnever first { do :: x == 0 :: x == 1 -> break od }\nnever second { do :: x < 2 od }\nltl low { [] (x < 2) }'

  it('are asked by their names, never claims as well', async () => {
    expect((await run(TWO, '--property', 'first')).code).toBe(1)
    const second = await run(TWO, '--property', 'second')
    expect(second.code).toBe(0)
    expect(second.out).toContain('no run is one that the claim describes')
    expect((await run(TWO, '--property', 'low')).code).toBe(0)
  })

  it('are named where they are not asked, also in JSON', async () => {
    const { out } = await run(TWO, '--json', '--property', 'second')
    expect(JSON.parse(out).unasked).toEqual(['the never claim first', 'ltl low'])
    const { err } = await run(TWO, '--property', 'claim')
    expect(err).toContain('the never claim second, ltl low: a search for claim does not check it')
  })

  it('are not asked two at a time', async () => {
    const { code, out } = await run(TWO, '--json', '--property', 'first', '--property', 'second')
    expect(code).toBe(3)
    expect(JSON.parse(out).message).toContain('given twice, first and second')
  })
})

it('stops soon after the first cycle, however large the rest of the graph is', async () => {
  const noise = 'do :: a = (a + 1) % 20 :: b = (b + 1) % 20 :: c = (c + 1) % 20 :: d = (d + 1) % 4 od'
  const model = `byte a, b, c, d; bool done;\nactive proctype W() { do :: done -> break :: !done -> skip od }\nactive proctype N() { ${noise} }\nltl finishes { <> done }`
  const { code, out } = await run(model, '--json', '--property', 'finishes')
  expect(code).toBe(1)
  expect(JSON.parse(out).states).toBeLessThan(80)
})
