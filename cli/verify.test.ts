import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readSamples, readSemanticsCases } from '#lib/promela/shell/oracle/samples.ts'
import { named } from '#lib/promela/shell/oracle/with-spin.ts'
import { replayTrail, spinMissing } from '#lib/promela/shell/spin.ts'
import { verify } from './verify.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verify-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const HOLDS = 'byte x; active proctype P() { x = 1; assert(x == 1) }'
const VIOLATED = 'byte x; active [2] proctype P() { x++; assert(x < 2) }'
const ENDLESS = 'int x; active proctype P() { do :: x++ od }'
const WRONG = 'active proctype P() {\n\tskip;\n\ty = 1\n}'

let models = 0
async function written(text: string): Promise<string> {
  const file = path.join(folder, `m${models++}.pml`)
  await writeFile(file, text)
  return file
}

async function run(args: readonly string[], options: { watched?: boolean; stopAtProgress?: boolean } = {}) {
  let out = ''
  let err = ''
  const interrupt = new AbortController()
  const code = await verify([...args], {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
      if (options.stopAtProgress) interrupt.abort()
    },
    watched: options.watched ?? false,
    interrupt: interrupt.signal,
  })
  return { code, out, err }
}

async function json(text: string, ...args: string[]) {
  const { code, out, err } = await run([await written(text), '--json', ...args])
  expect(err).toBe('')
  return { code, report: JSON.parse(out) }
}

// --- Exit codes ---------------------------------------------------------------------------------------------

const codes: readonly (readonly [what: string, text: string, args: readonly string[], code: number])[] = [
  ['a model that holds', HOLDS, [], 0],
  ['warnings do not change that', `ltl p { [] true } ${HOLDS}`, [], 0],
  ['an assertion', VIOLATED, [], 1],
  ['a process that is stuck', 'active proctype P() { false }', [], 1],
  ['all errors', VIOLATED, ['--all-errors'], 1],
  ['depth first', VIOLATED, ['--search', 'dfs'], 1],
  ['too many states', ENDLESS, ['--max-states', '1000'], 2],
  ['too much memory', ENDLESS, ['--max-memory', '1'], 2],
  ['an unknown name', WRONG, [], 3],
  ['no Promela at all', 'int main(void) { return 0; }', [], 3],
  ['an empty file', '', [], 3],
  ['embedded C', 'c_code { int x; } active proctype P() { skip }', [], 3],
]

describe('the exit code', () => {
  it.each(codes)('%s: %s %j is %i', async (_, text, args, code) => {
    const file = await written(text)
    expect((await run([file, ...args])).code).toBe(code)
    expect((await run([file, ...args, '--json'])).code).toBe(code)
  })
})

const refused: readonly (readonly [args: readonly string[], words: string])[] = [
  [['--property', 'claim'], 'neither a never claim nor an ltl block'],
  [['--property', 'some_ltl'], 'no ltl block some_ltl'],
  [['--property', '1st'], 'not 1st'],
  [['--fair'], 'another --property than safety'],
  [['--property', 'progress', '--channels-empty'], 'safety only'],
  [['--property', 'progress', '--search', 'dfs'], 'safety only'],
  [['--property', 'progress', '--reduce', 'all'], 'safety only'],
  [['--property', 'all', '--reduce', 'dead'], 'safety only, and all asks claims'],
  [['--property', 'all', '--trace', 'itf'], 'one counterexample'],
  [['--property', 'all', '--property', 'safety'], 'given twice'],
  [['--reduce', 'dead,sym'], 'not built'],
  [['--reduce', 'fast'], 'not fast'],
  [['--engine', 'steam'], 'not steam'],
  [['--search', 'best'], 'not best'],
  [['--unless', 'maybe'], 'not maybe'],
  [['--trace', 'pdf'], 'not pdf'],
  [['--max-states', 'many'], 'not many'],
  [['--max-states', '0'], 'not 0'],
  [['--max-memory', '1.5'], 'not 1.5'],
  [['-D', '1=2'], 'NAME or NAME=VALUE'],
  [['-D'], 'argument missing'],
  [['--tso', '9'], '1 to 4'],
  [['--tso', '2', '--spin'], 'no store buffers'],
  [['--tso', '2', '--trace', 'trail'], 'no store buffers'],
  [['--mutant-seconds', '1'], 'with --mutate'],
  [['--mutate', '--spin'], 'does not go with'],
  [['second.pml'], 'one file'],
]

describe('what is not understood or not built', () => {
  it.each(refused)('%j is refused with exit code 3 and its reason', async (args, words) => {
    const file = await written(HOLDS)
    const said = await run([file, ...args])
    expect(said).toMatchObject({ code: 3, out: '' })
    expect(said.err.split('\n')[0]).toContain(words)
    const asked = await run(['--json', file, ...args])
    expect(asked.code).toBe(3)
    expect(JSON.parse(asked.out)).toMatchObject({ verdict: 'error', message: expect.stringContaining(words) })
  })

  it('no file, a folder, and a file that is not there are bad input', async () => {
    expect((await run([])).code).toBe(3)
    expect((await run([folder])).code).toBe(3)
    const missing = await run([path.join(folder, 'nowhere.pml')])
    expect(missing).toMatchObject({ code: 3, err: expect.stringContaining('nowhere.pml is not a file') })
  })

  it('what there is so far may be named', async () => {
    const args = ['--property', 'safety', '--reduce', 'none', '--engine', 'interpreter', '--search', 'bfs']
    expect((await run([await written(HOLDS), ...args, '--unless', 'outer-first'])).code).toBe(0)
  })

  it('each engine gives the same report, and is named in it', async () => {
    const file = await written(HOLDS)
    const reports = []
    for (const engine of ['interpreter', 'js', 'wasm']) {
      const { code, out } = await run([file, '--engine', engine, '--json'])
      const { ms: _, bytesPerState: __, ...report } = JSON.parse(out)
      expect({ code, engine: report.engine }).toEqual({ code: 0, engine })
      reports.push({ ...report, engine: null })
    }
    expect(reports[1]).toEqual(reports[0])
    expect(reports[2]).toEqual(reports[0])
  })

  it('--help lists the options and the exit codes', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    for (const word of ['-D', '--lossy', '--trace', '--spin', '--max-memory', '3 bad input']) {
      expect(out).toContain(word)
    }
  })
})

// --- What options do ----------------------------------------------------------------------------------------

it('-D defines a name, with a value or as 1', async () => {
  const text = `#ifndef LIMIT
#define LIMIT 2
#endif
byte x;
active [2] proctype P() { x++;
#ifdef STRICT
  assert(x < LIMIT)
#endif
}`
  const file = await written(text)
  expect((await run([file])).code).toBe(0)
  expect((await run([file, '-DSTRICT'])).code).toBe(1)
  expect((await run([file, '-D', 'STRICT', '-DLIMIT=3'])).code).toBe(0)
  const { out } = await run([file, '--json', '-D', 'LIMIT=3', '-DSTRICT'])
  expect(JSON.parse(out).defines).toEqual({ LIMIT: '3', STRICT: '' })
})

const caseOf = (id: string) => {
  const found = readSemanticsCases().find((item) => item.id === id)
  if (!found) throw new Error(`no case ${id}`)
  return found
}

it.each([
  ['--lossy', 'ch-full-loses'],
  ['--channels-empty', 'ch-end-nonempty-q'],
] as const)('%s has the counts of spin with its flag', async (flag, id) => {
  const item = caseOf(id)
  const { report } = await json(item.model, flag, '--all-errors')
  expect(report.verdict).toBe(item.verdict === 'ok' ? 'holds' : 'violated')
  expect(report).toMatchObject({ states: item.stored, matched: item.matched })
})

it('each of --lossy, --channels-empty and --unless can change a verdict', async () => {
  const lost = 'chan c = [1] of { byte }; active proctype P() { c!1; c!2; assert(false) }'
  expect((await json(lost)).report.kind).toBe('invalid-end-state')
  expect((await json(lost, '--lossy')).report.kind).toBe('assertion')
  const left = 'chan c = [1] of { byte }; active proctype P() { c!1 }'
  expect((await json(left)).code).toBe(0)
  expect((await json(left, '--channels-empty')).code).toBe(1)
  const nested =
    'byte x, y; active proctype P() { { { false } unless { y = 1 } } unless { x == 0 -> x = 2 }; assert(y == 0) }'
  expect((await json(nested)).code).toBe(0)
  expect((await json(nested, '--unless', 'inner-first')).code).toBe(1)
})

it('breadth first finds a shortest counterexample, depth first any', async () => {
  const text =
    'byte x; active proctype P() { do :: x < 9 -> x++ :: x == 1 -> assert(false) :: x == 9 -> assert(false) od }'
  const short = (await json(text)).report.trace.steps.length
  expect(short).toBe(4)
  expect((await json(text, '--search', 'dfs')).report.trace.steps.length).toBeGreaterThanOrEqual(short)
})

it('--max-states stops there, and says that nothing is proved', async () => {
  const { report } = await json(ENDLESS, '--max-states', '1000')
  expect(report).toMatchObject({ verdict: 'unfinished', reason: 'states', states: 1000 })
  const { out } = await run([await written(ENDLESS), '--max-states', '1000'])
  expect(out).toContain('◐ unfinished: stopped at 1000 states')
  expect(out).toContain('proves nothing')
})

it('--max-memory stops before much more than that is used', async () => {
  const { report } = await json(ENDLESS, '--max-memory', '2')
  expect(report).toMatchObject({ verdict: 'unfinished', reason: 'memory' })
  expect(report.states * report.bytesPerState).toBeLessThan(8 * 2 ** 20)
})

it('with --reduce none --all-errors the counts of every sample are those of spin', async () => {
  for (const { file, variants } of readSamples()) {
    for (const { defines, verdict, states, matched } of variants) {
      const flags = Object.entries(defines).map(([name, value]) =>
        value === '' ? `-D${name}` : `-D${name}=${value}`,
      )
      const { out } = await run([file, '--json', '--reduce', 'none', '--all-errors', ...flags])
      const { verdict: found, states: stored, matched: again } = JSON.parse(out)
      expect({ found, stored, again }, file).toEqual({ found: verdict, stored: states, again: matched })
    }
  }
}, 120_000)

// --- Reports ------------------------------------------------------------------------------------------------

it('a reduced search is told as one, and keeps the verdict with fewer states', async () => {
  const text = 'byte x; active [3] proctype P() { byte l; l = x; x = l + 1 }'
  const { report: full } = await json(text)
  for (const [words, reductions] of [
    ['dead', ['dead']],
    ['por,dead', ['dead', 'por']],
    ['all', ['dead', 'por']],
  ] as const) {
    const { code, report } = await json(text, '--reduce', words)
    expect({ code, ...report }).toMatchObject({ code: 0, verdict: 'holds', reductions })
    expect(report.states).toBeLessThan(full.states)
  }
  const { out } = await run([await written(text), '--reduce', 'all'])
  expect(out).toContain('without dead variables, partial order')
})

it('JSON has every field of the contract, whatever the verdict', async () => {
  const common = {
    file: expect.any(String),
    defines: {},
    property: 'safety',
    states: expect.any(Number),
    matched: expect.any(Number),
    transitions: expect.any(Number),
    depth: expect.any(Number),
    errors: expect.any(Number),
    ms: expect.any(Number),
    bytesPerState: expect.any(Number),
    engine: 'interpreter',
    reductions: [],
    diagnostics: [],
  }
  const { report: holds } = await json(HOLDS)
  expect(holds).toEqual({ ...common, verdict: 'holds' })
  expect(holds.transitions).toBe(holds.states + holds.matched)
  const { report: violated } = await json(VIOLATED)
  expect(violated).toMatchObject({ ...common, verdict: 'violated', kind: 'assertion', message: /x < 2/ })
  expect(violated.trace.steps.at(-1).faults).toHaveLength(1)
  const { report: unfinished } = await json(ENDLESS, '--max-states', '10')
  expect(unfinished).toEqual({
    ...common,
    verdict: 'unfinished',
    reason: 'states',
    message: expect.any(String),
  })
  const { report: wrong } = await json(WRONG)
  expect(wrong).toMatchObject({
    ...common,
    verdict: 'error',
    reason: 'diagnostics',
    diagnostics: [{ code: 'unknown-name', message: expect.any(String), file: /\.pml$/, line: 3, column: 2 }],
  })
})

it('a violation is told in words, with the race, the bounds, the counts and the way to repeat it', async () => {
  const text = 'bool ok = true; active proctype lock() { ok = false } active proctype see() { assert(ok) }'
  const file = await written(text)
  const { out, err } = await run([file, '-DFOO=1'])
  expect(err).toBe('')
  const lines = out.split('\n')
  expect(lines).toContain('▲ violated: assertion violated: ok')
  expect(lines).toContain(`  at ${file}:1:${text.indexOf('assert') + 1}, in see`)
  expect(out).toMatch(
    /^CPU0 +CPU1\nlock +see\n-+ +-+\nok = false\n +assert\(ok\)\n +\^\^\^ assertion violated: ok$/m,
  )
  expect(out).toContain('sequential consistency')
  expect(out).toMatch(/^\d+ states stored, \d+ match(es)?, \d+ transitions, depth \d+/m)
  expect(out).toContain(`  spin -a -o1 -o2 -o3 -DFOO=1 ${path.basename(file)}`)
})

it('a model that holds names the statements that no run reaches', async () => {
  const { out } = await run([
    await written('byte x; active proctype P() { if :: x == 0 -> skip :: x == 7 -> x = 8 fi }'),
  ])
  expect(out).toContain('● holds')
  expect(out).toMatch(/No run reaches:\n {2}.*\.pml:1 {2}P: x == 7\n {2}.*P: x = 8/)
})

it('a complaint has file, line and column, the line of the source, and a caret under the word', async () => {
  const file = await written(WRONG)
  const { out, err } = await run([file])
  expect(out).toBe('')
  expect(err.split('\n').slice(0, 3)).toEqual([
    expect.stringMatching(new RegExp(`^${file}:3:2: error: .* \\[unknown-name\\]$`)),
    '    \ty = 1',
    '    \t^',
  ])
})

it('a complaint inside an inline says where it was called', async () => {
  const { err } = await run([await written('inline f(a) { a = 1 }\nactive proctype P() { f(nothing) }')])
  expect(err).toContain('called at line 2')
})

it('warnings stand on standard error, and the verdict still comes', async () => {
  const { out, err } = await run([await written(`${HOLDS}\nltl p { [] (x < 3) }`)])
  expect(err).toContain('a search for safety does not check it')
  expect(out).toContain('● holds')
})

// --- Includes -----------------------------------------------------------------------------------------------

it('files of the model’s own folder are included, also from below it and from each other', async () => {
  const here = path.join(folder, 'with-includes')
  await mkdir(path.join(here, 'parts'), { recursive: true })
  await writeFile(
    path.join(here, 'm.pml'),
    '#include "parts/a.pml"\nactive proctype P() { x = LIMIT; assert(x == 3) }',
  )
  await writeFile(path.join(here, 'parts/a.pml'), '#include "../b.pml"\nbyte x;')
  await writeFile(path.join(here, 'b.pml'), '#define LIMIT 3')
  expect((await run([path.join(here, 'm.pml')])).code).toBe(0)
})

it('nothing outside the folder is read: not by path, not by link', async () => {
  const here = path.join(folder, 'jail')
  await mkdir(here)
  await writeFile(path.join(folder, 'outside.pml'), 'byte x;')
  await symlink(path.join(folder, 'outside.pml'), path.join(here, 'link.pml'))
  const use = 'active proctype P() { x = 1 }'
  for (const name of ['../outside.pml', '../../etc/passwd', '/etc/passwd', 'link.pml', 'nowhere.pml']) {
    await writeFile(path.join(here, 'm.pml'), `#include "${name}"\n${use}`)
    const { code, err } = await run([path.join(here, 'm.pml')])
    expect({ name, code }).toEqual({ name, code: 3 })
    expect(err, name).toMatch(/\[include-(outside|not-found)\]/)
  }
})

it('a file that is too large is refused without reading all of it', async () => {
  const { code, err } = await run([await written(' '.repeat(30_000_000))])
  expect(code).toBe(3)
  expect(err).toContain('[file-too-large]')
})

// --- Traces -------------------------------------------------------------------------------------------------

it('another form than text has standard output for itself', async () => {
  const file = await written(VIOLATED)
  const trail = await run([file, '--trace', 'trail'])
  expect(trail.out).toMatch(/^(\d+:\d+:\d+\n)+$/)
  expect(trail.err).toContain('▲ violated')
  expect((await run([file, '--trace', 'mermaid'])).out).toMatch(/^sequenceDiagram\n/)
  expect(JSON.parse((await run([file, '--trace', 'itf'])).out)['#meta'].format).toBe('ITF')
  expect(JSON.parse((await run([file, '--trace', 'json'])).out).steps.length).toBeGreaterThan(2)
  const text = await run([file, '--trace', 'text'])
  expect(text.out).toContain('CPU0')
  expect(text.err).toBe('')
})

it('in JSON the trace has the form that was asked for', async () => {
  expect((await json(VIOLATED, '--trace', 'trail')).report.trace).toMatch(/^1:\d+:\d+\n/)
  expect((await json(VIOLATED, '--trace', 'mermaid')).report.trace).toMatch(/^sequenceDiagram/)
  expect((await json(VIOLATED, '--trace', 'text')).report.trace).toMatch(/^CPU0/)
  expect((await json(VIOLATED, '--trace', 'itf')).report.trace.vars).toContain('x')
  expect((await json(HOLDS, '--trace', 'itf')).report).not.toHaveProperty('trace')
})

it('without a counterexample a trace form changes nothing', async () => {
  const { code, out } = await run([await written(HOLDS), '--trace', 'trail'])
  expect(code).toBe(0)
  expect(out).toContain('● holds')
})

it('a counterexample with lost messages is told step by step', async () => {
  const text = 'chan c = [1] of { byte }; active proctype P() { byte v; c!1; c!2; c?v; assert(v == 2) }'
  const { out } = await run([await written(text), '--lossy'])
  expect(out).toContain('P  c!2\nP  c?v\nP  assert(v == 2)\n^^^ assertion violated: v == 2')
})

// --- While it runs ------------------------------------------------------------------------------------------

it('progress is written only where somebody watches, and erased', async () => {
  const file = await written(ENDLESS)
  expect((await run([file, '--max-states', '400000'])).err).toBe('')
  const { err } = await run([file, '--max-states', '400000', '--engine', 'interpreter'], { watched: true })
  expect(err).toMatch(/\r[\d,]+ states \([\d,]+\/s\), depth [\d,]+/)
  expect(err.endsWith('\r\u001b[K')).toBe(true)
})

it('Ctrl-C ends a search as unfinished, with the counts so far', async () => {
  const file = await written(ENDLESS)
  const { code, out } = await run([file, '--json'], { watched: true, stopAtProgress: true })
  expect(code).toBe(2)
  const report = JSON.parse(out)
  expect(report).toMatchObject({ verdict: 'unfinished', reason: 'cancelled', message: 'stopped on request' })
  expect(report.states).toBeGreaterThan(0)
})

// --- Spin ---------------------------------------------------------------------------------------------------

it('without spin --spin says what to install, and our verdict stands', async () => {
  vi.stubEnv('PATH', path.join(folder, 'nothing-here'))
  try {
    const { code, out } = await run([await written(HOLDS), '--spin'])
    expect(code).toBe(0)
    expect(out).toContain('Spin did not answer: spin is not installed')
    expect(out).toContain('apt-get install spin gcc libc6-dev')
    const { report } = await json(HOLDS, '--spin')
    expect(report.spin).toMatchObject({ kind: 'missing' })
  } finally {
    vi.unstubAllEnvs()
  }
})

const missing = await spinMissing()

describe.skipIf(missing !== null)(named('with the installed spin', missing), () => {
  it('both are shown side by side, and agree', async () => {
    const { out } = await run([await written(HOLDS), '--spin'])
    expect(out).toMatch(
      /verdict +holds +holds\n {2}stored +4 +4\n {2}matched +0 +0\n {2}transitions +4 +4\n {2}They agree\./,
    )
  }, 60_000)

  it('a violation that ended the search has no comparable counts, and says so', async () => {
    const file = await written(VIOLATED)
    expect((await run([file, '--spin'])).out).toContain('with --all-errors')
    const { out } = await run([file, '--spin', '--all-errors'])
    expect(out).toContain('They agree.')
    expect(out).toContain("Spin's first complaint: assertion violated")
  }, 60_000)

  it('options and claims reach spin: the graphs stay the same', async () => {
    const cases: readonly (readonly [string, ...string[]])[] = [
      ['chan c = [1] of { byte }; active proctype P() { c!1; c!2 }', '--lossy', '--channels-empty'],
      [`${HOLDS} ltl p { [] (x < 1) }`],
      [
        'byte x; active proctype P() { { { x < 9 } unless { x = 1 } } unless { x = 2 } }',
        '--unless',
        'inner-first',
      ],
      ['active proctype P() { skip;\n#ifdef HARD\nassert(LEVEL < 3)\n#endif\n}', '-DHARD', '-DLEVEL=4'],
    ]
    for (const [text, ...args] of cases) {
      const { report } = await json(text, '--spin', '--all-errors', ...args)
      const { verdict, states, matched } = report
      expect(report.spin, text).toMatchObject({ kind: 'answered', verdict, states, matched })
    }
  }, 60_000)

  it('included files go with the model', async () => {
    const here = path.join(folder, 'for-spin')
    await mkdir(path.join(here, 'parts'), { recursive: true })
    await writeFile(path.join(here, 'm.pml'), '#include "parts/a.pml"\nactive proctype P() { x = 1 }')
    await writeFile(path.join(here, 'parts/a.pml'), 'byte x;')
    expect((await run([path.join(here, 'm.pml'), '--spin'])).out).toContain('They agree.')
  }, 60_000)

  it('what spin cannot build is told in its words, and our verdict stands', async () => {
    // Spin writes C with the model's names: one that means something to C is no model for it.
    const { code, report } = await json('int while; active proctype P() { while = 1 }', '--spin')
    expect(code).toBe(0)
    expect(report.spin).toMatchObject({ kind: 'failed', message: expect.stringMatching(/^pan.*error/) })
  }, 60_000)

  it('the trail of the command line is one that spin walks', async () => {
    const file = await written(VIOLATED)
    const { out } = await run([file, '--trace', 'trail'])
    const replay = await replayTrail({ text: VIOLATED }, {}, out)
    expect(replay.lost).toEqual([])
    expect(replay.output).toContain('assertion violated')
    expect(replay.steps.map(({ text }) => text).at(-1)).toContain('assert')
  })
})

// --- All of a model's claims --------------------------------------------------------------------------------

const SEVERAL = `byte x;
ltl rises { <> (x == 2) }
ltl stays { [] (x == 0) }
never { do :: x > 5 -> break :: else od }
active proctype P() { x = 1; x = 2; assert(x == 2) }`
const GOOD = SEVERAL.replace('ltl stays { [] (x == 0) }', 'ltl stays { [] (x <= 2) }')

describe('--property all', () => {
  it('asks for safety and each claim, and the worst answer is the exit code', async () => {
    const { code, report } = await json(SEVERAL, '--property', 'all')
    expect(code).toBe(1)
    expect(report).toMatchObject({ property: 'all', verdict: 'violated', notAsked: [] })
    expect(
      report.checks.map(({ property, verdict }: Record<string, string>) => `${property} ${verdict}`),
    ).toEqual(['safety holds', 'rises holds', 'stays violated', 'never holds'])
    expect(report.checks[2].trace.steps.length).toBeGreaterThan(0)
    expect(report.checks.some((check: object) => 'unasked' in check)).toBe(false)
    expect((await json(GOOD, '--property', 'all')).code).toBe(0)
  })

  it('each answer is what the claim alone gets', async () => {
    const file = await written(SEVERAL)
    const asked = async (property: string) =>
      JSON.parse((await run([file, '--json', '--property', property])).out)
    const every = await asked('all')
    for (const [at, property] of ['safety', 'rises', 'stays', 'never'].entries()) {
      const { ms, unasked, ...alone } = await asked(property)
      expect(ms).toBeGreaterThanOrEqual(0)
      expect(unasked).toHaveLength(property === 'safety' ? 3 : 2)
      expect({ ...every.checks[at], ms: 0 }).toEqual({ ...alone, ms: 0 })
    }
  })

  it('one that is cut off makes all unfinished, and a violation is worse', async () => {
    const endless = `${ENDLESS} ltl small { [] (x < 2) }`
    expect((await json(endless, '--property', 'all', '--max-states', '500')).report.verdict).toBe('violated')
    const holds = `${ENDLESS} ltl all_right { [] (x > -5) }`
    const { code, report } = await json(holds, '--property', 'all', '--max-states', '500')
    expect([code, report.verdict]).toEqual([2, 'unfinished'])
  })

  it('ends with a line for each, and tells of none that it was not asked', async () => {
    const { code, out, err } = await run([await written(SEVERAL), '--property', 'all'])
    expect(code).toBe(1)
    expect(err).not.toContain('does not check it')
    expect(out.trim().split('\n').slice(-4)).toEqual([
      expect.stringMatching(/^● holds {6}safety: .*states?\)$/),
      expect.stringMatching(/^● holds {6}rises: every run satisfies ltl rises \(\d+ states\)$/),
      expect.stringMatching(/^▲ violated {3}stays: .*\(\d+ states?\)$/),
      expect.stringMatching(/^● holds {6}never: no run is one that the claim describes \(\d+ states\)$/),
    ])
  })

  it('with --fair the claims are asked of fair runs alone', async () => {
    const spinning =
      'byte x; ltl comes { <> (x == 1) } active proctype P() { x = 1 } active proctype Q() { do :: skip od }'
    expect((await json(spinning, '--property', 'all')).code).toBe(1)
    expect((await json(spinning, '--property', 'all', '--fair')).code).toBe(0)
  })

  it('Ctrl-C leaves the rest unasked, and says which', async () => {
    const { code, out } = await run(
      [await written(`${ENDLESS} ltl later { [] true }`), '--property', 'all'],
      {
        watched: true,
        stopAtProgress: true,
      },
    )
    expect(code).toBe(2)
    expect(out).toContain('Stopped; not asked: later')
  })
})
