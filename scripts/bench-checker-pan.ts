/** Builds and runs pan, the verifier that spin writes in C, and takes the time. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { defineFlags } from '#lib/promela/spin/spin-command.ts'
import type { BenchModel } from './bench-checker-models.ts'

export type PanBuild = {
  readonly name: string
  readonly spin: readonly string[]
  readonly gcc: readonly string[]
}

/** Without merging, dead variables and partial order reduction: the graph that our counts are of. */
const WHOLE = ['-o1', '-o2', '-o3']

/** The fastest of these is what an engine is compared with. All are of the whole graph. */
export const panBuilds: readonly PanBuild[] = [
  { name: '-O2', spin: WHOLE, gcc: ['-O2', '-DSAFETY', '-DNOREDUCE'] },
  { name: '-O3 native', spin: WHOLE, gcc: ['-O3', '-march=native', '-DSAFETY', '-DNOREDUCE', '-DNOFAIR'] },
  {
    name: '-O2 no checks',
    spin: WHOLE,
    gcc: ['-O2', '-DSAFETY', '-DNOREDUCE', '-DNOFAIR', '-DNOBOUNDCHECK', '-DNOCLAIM'],
  },
  { name: '-O2 BFS', spin: WHOLE, gcc: ['-O2', '-DSAFETY', '-DNOREDUCE', '-DBFS'] },
]

/** As spin makes it when it is told nothing: all its reductions on. */
export const defaultBuild: PanBuild = { name: 'default', spin: [], gcc: ['-O2', '-DSAFETY'] }

export type Pan = { readonly build: PanBuild; readonly path: string; readonly makeSeconds: number }

/** `null` when spin or gcc refuses. */
export function makePan(model: BenchModel, build: PanBuild, folder: string): Pan | null {
  const here = join(folder, build.name.replace(/\W+/g, '-'))
  mkdirSync(here, { recursive: true })
  copyFileSync(model.file, join(here, 'm.pml'))
  const began = performance.now()
  try {
    execFileSync('spin', ['-a', ...build.spin, ...defineFlags(model.defines), 'm.pml'], {
      cwd: here,
      stdio: 'ignore',
    })
    execFileSync('gcc', ['-w', ...build.gcc, '-DMEMLIM=8000', '-o', 'pan', 'pan.c'], {
      cwd: here,
      stdio: 'ignore',
    })
  } catch {
    return null
  }
  return { build, path: join(here, 'pan'), makeSeconds: (performance.now() - began) / 1000 }
}

export type PanRun = { readonly seconds: number; readonly states: number; readonly cut: boolean }

/** `slots`: size of pan's hash table, as a power of two. */
export function runPan(pan: Pan, slots: number, cpu: boolean): PanRun {
  const command = `TIMEFORMAT='%U %S %R'; time ${pan.path} -m3000000 -c0 -w${slots}`
  const { stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: join(pan.path, '..'),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  const [user = 0, system = 0, real = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return {
    seconds: cpu ? user + system : real,
    states: Number(/(\S+) states, stored/.exec(stdout)?.[1] ?? Number.NaN),
    cut: /max search depth too small|out of memory/.test(stdout),
  }
}
