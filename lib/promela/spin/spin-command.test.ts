import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { environment } from '#lib/env.server.ts'
import { named } from '#lib/promela/shell/oracle/with-spin.ts'
import { spinMissing } from '#lib/promela/shell/spin.ts'
import { mentionsClaims, replayCommand, type SpinOptions, spinCommand } from './spin-command.ts'

const plain: SpinOptions = {
  lossy: false,
  channelsEmpty: false,
  unless: 'outer-first',
  allErrors: false,
  claims: false,
}

it('a model that holds is searched depth first to its end, without reductions', () => {
  expect(spinCommand('m.pml', { N: '3', FAST: '' }, plain, null)).toEqual([
    'spin -a -o1 -o2 -o3 -DN=3 -DFAST m.pml',
    'gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c',
    './pan -m50000 -c0',
  ])
})

it('a failing step is looked for breadth first, and its trail printed', () => {
  expect(spinCommand('m.pml', {}, plain, 'assertion')).toEqual([
    'spin -a -o1 -o2 -o3 m.pml',
    'gcc -O2 -DSAFETY -DNOREDUCE -DBFS -o pan pan.c',
    './pan',
    'spin -p -g -k m.pml.trail m.pml',
  ])
})

it('a model in a folder leaves its trail where the commands run', () => {
  expect(spinCommand('models/m.pml', {}, plain, 'assertion').at(-1)).toBe(
    'spin -p -g -k m.pml.trail models/m.pml',
  )
})

it('a trail of ours is walked with the same defines', () => {
  expect(replayCommand('models/m.pml', { N: '3' }, 'counter example.trail')).toBe(
    "spin -p -g -k 'counter example.trail' -DN=3 models/m.pml",
  )
})

it('claims are seen in any file, and not where none begins', () => {
  expect(mentionsClaims(['byte x;', 'ltl p { [] x }'])).toBe(true)
  expect(mentionsClaims(['never { skip }'])).toBe(true)
  expect(mentionsClaims(['/* never say never; */ byte x;'])).toBe(false)
})

it('options have the names that spin, gcc and pan give them', () => {
  const options: SpinOptions = {
    ...plain,
    lossy: true,
    channelsEmpty: true,
    unless: 'inner-first',
    claims: true,
  }
  expect(spinCommand('m.pml', {}, options, null)).toEqual([
    'spin -a -o1 -o2 -o3 -m m.pml',
    'gcc -O2 -DSAFETY -DNOREDUCE -DNOCLAIM -o pan pan.c',
    './pan -m50000 -c0 -q -J',
  ])
})

it('words that a shell would read are quoted', () => {
  const [spin] = spinCommand('my model.pml', { A: "1; echo 'x'" }, plain, null)
  expect(spin).toBe(`spin -a -o1 -o2 -o3 '-DA=1; echo '\\''x'\\''' 'my model.pml'`)
})

const missing = await spinMissing()

describe.skipIf(missing !== null)(named('the commands, run in a shell', missing), () => {
  const lines = async (text: string, options: SpinOptions, error: Parameters<typeof spinCommand>[3]) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'spin-command-'))
    try {
      await writeFile(path.join(folder, 'my model.pml'), text)
      const script = spinCommand('my model.pml', { LAST: '2' }, options, error).join('\n')
      // pan says by its exit code what it says in words, too: the script goes on.
      const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd: folder })
      return stdout
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  it.each([
    [
      'a failing step',
      'byte x; active proctype P() { x = LAST; assert(x == 1) }',
      'assertion',
      'assert((x==1))',
    ],
    ['a stuck process', 'byte x; active proctype P() { x = LAST; x == 1 }', 'invalid-end-state', '[x = 2]'],
  ] as const)(
    '%s is found and its trail printed, of all errors or the first',
    async (_, text, error, words) => {
      // Compiling with -O2 takes seconds: once each, and both ways in a long run.
      const once = [error === 'assertion']
      for (const allErrors of environment().COHERENT_LONG ? [false, true] : once) {
        const out = await lines(text, { ...plain, allErrors }, error)
        expect(out).toContain('trail ends after')
        expect(out).toContain(words)
      }
    },
    60_000,
  )

  it('a model that holds has no errors', async () => {
    const out = await lines('byte x; active proctype P() { x = LAST; assert(x == 2) }', plain, null)
    expect(out).toContain('errors: 0')
  }, 60_000)
})
