/** The real spin, where it is installed: what tests and `--spin` hold our counts against. */
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const MEMORY_LIMIT_MiB = 2048

export type SpinResult = {
  readonly states: number
  readonly matched: number
  readonly errors: number
  /** The first complaint, in pan's words; `null` when there was none. */
  readonly complaint: string | null
}

/** Why spin cannot be asked here; `null` when it can. */
export async function spinMissing(): Promise<string | null> {
  for (const [tool, flag] of [
    ['spin', '-V'],
    ['gcc', '--version'],
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
  model: { readonly text: string; readonly file?: string },
  defines: Readonly<Record<string, string>>,
  options: {
    readonly spin?: readonly string[]
    readonly pan?: readonly string[]
    readonly timeoutMs?: number
  } = {},
): Promise<SpinResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spin-'))
  try {
    if (model.file) await copyFile(model.file, path.join(folder, 'm.pml'))
    else await writeFile(path.join(folder, 'm.pml'), model.text)
    const flags = Object.entries(defines).map(([name, value]) =>
      value === '' ? `-D${name}` : `-D${name}=${value}`,
    )
    // A model that never ends must not take the machine with it.
    const inFolder = {
      cwd: folder,
      maxBuffer: 2 ** 26,
      timeout: options.timeoutMs ?? 120_000,
      killSignal: 'SIGKILL' as const,
    }
    await run('spin', ['-a', '-o1', '-o2', '-o3', ...flags, ...(options.spin ?? []), 'm.pml'], inFolder)
    await run(
      'gcc',
      ['-O0', '-w', '-DSAFETY', '-DNOREDUCE', `-DMEMLIM=${MEMORY_LIMIT_MiB}`, '-o', 'pan', 'pan.c'],
      inFolder,
    )
    const { stdout } = await run('./pan', ['-m50000', '-c0', ...(options.pan ?? [])], inFolder)
    return {
      states: Number(/(\S+) states, stored/.exec(stdout)?.[1] ?? Number.NaN),
      matched: Number(/(\S+) states, matched/.exec(stdout)?.[1] ?? Number.NaN),
      errors: Number(/errors: (\d+)/.exec(stdout)?.[1] ?? Number.NaN),
      complaint: /^pan:\d+: (.*?) \(at depth/m.exec(stdout)?.[1] ?? null,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
