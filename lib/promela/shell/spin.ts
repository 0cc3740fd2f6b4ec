/** The real spin, where it is installed: what tests and `--spin` hold our counts against. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { defineFlags } from '#lib/promela/spin/spin-command.ts'

const run = promisify(execFile)

/** Another compiler for what spin writes: tcc makes a long run of many small models ten times as fast. */
const CC = process.env.SPIN_CC ?? 'gcc'

const MEMORY_LIMIT_MiB = 2048

export type SpinResult = {
  readonly states: number
  readonly matched: number
  readonly transitions: number
  readonly errors: number
  /** The first complaint, in pan's words; `null` when there was none. */
  readonly complaint: string | null
  /** Runs longer than 50,000 steps were cut off: an atomic that loops, mostly. Its counts mean nothing. */
  readonly truncated: boolean
  /** It gave up at its memory limit: what it counted is a part. */
  readonly outOfMemory: boolean
}

/** Why spin cannot be asked here; `null` when it can. */
export async function spinMissing(): Promise<string | null> {
  for (const [tool, flag] of [
    ['spin', '-V'],
    [CC, CC === 'tcc' ? '-v' : '--version'],
  ] as const) {
    try {
      await run(tool, [flag])
    } catch {
      return `${tool} is not installed (Debian: apt-get install spin gcc libc6-dev)`
    }
  }
  return null
}

/**
 * Spin's unreduced graph: no statement merging, no dead variables, no partial order reduction. Anything else
 * counts another graph. Rejects when spin refuses the model.
 */
export async function runSpin(
  model: SpinModel,
  defines: Readonly<Record<string, string>>,
  options: {
    readonly spin?: readonly string[]
    readonly pan?: readonly string[]
    readonly gcc?: readonly string[]
    readonly timeoutMs?: number
    /** Kills spin, gcc or pan, whichever runs; the promise then rejects. */
    readonly signal?: AbortSignal
  } = {},
): Promise<SpinResult> {
  return inFolderOf(model, async (folder) => {
    // A model that never ends must not take the machine with it.
    const inFolder = {
      cwd: folder,
      maxBuffer: 2 ** 26,
      timeout: options.timeoutMs ?? 120_000,
      killSignal: 'SIGKILL' as const,
      ...(options.signal ? { signal: options.signal } : {}),
    }
    const flags = [...defineFlags(defines), ...(options.spin ?? [])]
    await run('spin', ['-a', '-o1', '-o2', '-o3', ...flags, MAIN], inFolder)
    await run(
      CC,
      [
        '-O0',
        '-w',
        '-DSAFETY',
        '-DNOREDUCE',
        `-DMEMLIM=${MEMORY_LIMIT_MiB}`,
        ...(options.gcc ?? []),
        '-o',
        'pan',
        'pan.c',
      ],
      inFolder,
    )
    const { stdout } = await run('./pan', ['-m50000', '-c0', ...(options.pan ?? [])], inFolder)
    return {
      states: Number(/(\S+) states, stored/.exec(stdout)?.[1] ?? Number.NaN),
      matched: Number(/(\S+) states, matched/.exec(stdout)?.[1] ?? Number.NaN),
      transitions: Number(/(\S+) transitions \(=/.exec(stdout)?.[1] ?? Number.NaN),
      errors: Number(/errors: (\d+)/.exec(stdout)?.[1] ?? Number.NaN),
      truncated: stdout.includes('max search depth too small'),
      complaint: /^pan:\d+: (.*?) \(at depth/m.exec(stdout)?.[1] ?? null,
      outOfMemory: /reached -DMEMLIM|out of memory/.test(stdout),
    }
  })
}

/** One statement that `spin -k -p` printed. The statements of a d_step are several with one depth. */
export type SpinStep = {
  readonly depth: number
  readonly pid: number
  /** 0 for the end of a process, which spin prints without a place. */
  readonly line: number
  /** In spin's words; `-end-` for the end of a process. */
  readonly text: string
}

export type SpinReplay = {
  readonly steps: readonly SpinStep[]
  /** What spin prints last: globals `x`, `a[0]`, `s.f`; locals `P(1):y`; channels with their messages `[1,2][3,4]`. */
  readonly values: ReadonlyMap<string, string>
  /** Complaints about the trail, not about the model; empty when spin walked it to its end. */
  readonly lost: readonly string[]
  readonly output: string
}

/** Lets spin walk a trail. Its exit code proves nothing: what it printed does. */
export async function replayTrail(
  model: SpinModel,
  defines: Readonly<Record<string, string>>,
  trail: string,
  options: { readonly spin?: readonly string[] } = {},
): Promise<SpinReplay> {
  return inFolderOf(model, async (folder) => {
    await writeFile(path.join(folder, 'm.trail'), trail)
    const flags = [...defineFlags(defines), ...(options.spin ?? [])]
    // -b: what the model prints would stand in front of what spin prints.
    const command = ['-k', 'm.trail', '-p', '-g', '-l', '-b', ...flags, MAIN]
    const settings = { cwd: folder, maxBuffer: 2 ** 26, timeout: 60_000, killSignal: 'SIGKILL' as const }
    const output = await run('spin', command, settings).then(
      ({ stdout }) => stdout,
      (error: { readonly stdout?: string }) => error.stdout ?? '',
    )
    const [walk = '', end = ''] = output.split(/^#processes:.*$/m)
    return {
      steps: walk.split('\n').flatMap(stepOf),
      values: new Map(
        [...end.matchAll(/^\t\t(?:queue \d+ \((.*?)\): |(\S.*?) = )(.*)$/gm)].map(
          ([, channel, name, value = '']) => [channel ?? name ?? '', value],
        ),
      ),
      lost: walk
        .split('\n')
        .filter((line) =>
          /no matching stmnt|invalid statement|stop error|transition failed|\(\?\)/.test(line),
        ),
      output,
    }
  })
}

function stepOf(line: string): readonly SpinStep[] {
  const step =
    /^\s*(\d+):\tproc\s+(\d+) \(.*?\) (\S+):(\d+) \(state -?\d+\)(?: <valid end state>)?\t\[(.*)\]$/.exec(
      line,
    )
  if (step)
    return [{ depth: Number(step[1]), pid: Number(step[2]), line: Number(step[4]), text: step[5] ?? '' }]
  const end = /^\s*(\d+): proc (\d+) terminates$/.exec(line)
  return end ? [{ depth: Number(end[1]), pid: Number(end[2]), line: 0, text: '-end-' }] : []
}

const MAIN = 'm.pml'

/** `included` are the files it names with `#include`, by their path from the model's folder. */
export type SpinModel = {
  readonly text: string
  /** A file to copy instead, byte for byte. */
  readonly file?: string
  readonly included?: ReadonlyMap<string, string>
}

/** Spin writes beside the model: every run has a folder of its own, gone afterwards. */
async function inFolderOf<T>(model: SpinModel, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spin-'))
  try {
    if (model.file) await copyFile(model.file, path.join(folder, MAIN))
    else await writeFile(path.join(folder, MAIN), model.text)
    for (const [name, text] of model.included ?? []) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
      await writeFile(path.join(folder, name), text)
    }
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
