import { stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { err, ok, type Result } from '#lib/result.ts'
import { type Check, checkBundle } from '#lib/review/claim/check-bundle.server.ts'
import type { GateItem } from '#lib/review/gate/gate-item.ts'
import { examineBundle } from '#lib/review/gate/write-gate.server.ts'
import { type OpenBundle, openBundle } from '#lib/review/revision/open-bundle.server.ts'
import { exitCode } from './exit-code.ts'

/** A folder as it would be published: its text, what the checker says of its claims, and its gate. */
export type ExaminedFolder = {
  readonly bundle: OpenBundle
  readonly checks: readonly Check[]
  readonly items: readonly GateItem[]
  /** In front of a file's name it makes a path from here. */
  readonly prefix: string
}

export type FolderProblem = {
  /** In the folder. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
  /** Whose model it is; null: it is about the text. */
  readonly claim: string | null
}

/** An error: all that keeps it from being a bundle, or its claims from being checked. */
export async function examineFolder(path: string): Promise<Result<ExaminedFolder, readonly FolderProblem[]>> {
  const bundle = await openBundle({ folder: path })
  const problem =
    (claim: string | null) =>
    ({ file, line, column, message }: Omit<FolderProblem, 'claim'>): FolderProblem => ({
      ...{ file, line, column, message, claim },
    })
  if (!bundle.ok) return err(bundle.error.map(problem(null)))
  const checks = await checkBundle(bundle.value)
  if (!checks.ok) return err(checks.error.diagnostics.map(problem(checks.error.claim)))
  const claims = checks.value.map(({ claim, report }) => ({ id: claim.id, report }))
  const items = await examineBundle(bundle.value, claims)
  return ok({ bundle: bundle.value, checks: checks.value, items, prefix: `${join(path, '.')}${sep}` })
}

/** `content/x/v1/models/a.pml:3:7: …`, after a line that names the claim whose model it is. */
export function problemLines(path: string, problems: readonly FolderProblem[]): string[] {
  let told: string | null = null
  return problems.flatMap(({ file, line, column, message, claim }) => {
    const isNew = claim !== null && claim !== told
    told = claim
    return [
      ...(isNew ? [`The model of the claim ${claim} cannot be checked:`] : []),
      `${join(path, file)}:${line}:${column}: ${message}`,
    ]
  })
}

export function tellProblems(path: string, problems: readonly FolderProblem[]): number {
  for (const line of problemLines(path, problems)) console.error(line)
  return exitCode.WRONG_USE
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false // no such path: then it is a slug
  }
}
