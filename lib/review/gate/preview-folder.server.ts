import 'server-only'
import { createHash } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { env } from '#lib/env.server.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { checkBundle } from '#lib/review/claim/check-bundle.server.ts'
import { type CheckReport, readCheckReport } from '#lib/review/claim/check-report.ts'
import { slugOfFolder } from '#lib/review/proposal/address.ts'
import { type OpenBundle, openBundle } from '#lib/review/revision/open-bundle.server.ts'
import type { LoadedRevision } from '#lib/review/revision/revisions.server.ts'
import { type GateResult, gateResult } from './gate-item.ts'
import { examineBundle } from './write-gate.server.ts'

/**
 * A folder as the app that `coherent preview` started shows it: read anew for each page, through the same door as a
 * revision, and its claims checked behind the page. What is written here is written into memory alone.
 */
export type FolderPreview = {
  /** `file:line:column: …`: why the page is not what the folder says. */
  readonly problems: readonly string[]
  /** Of the folder as it last could be read; null: it never could. */
  readonly shown: { readonly revision: LoadedRevision; readonly gate: GateResult } | null
  /** What `folderChanged` is asked with. */
  readonly version: string
}

type Reports = ReadonlyMap<string, CheckReport>
type Kept = {
  lastGood: OpenBundle | null
  /** By what the checker was given. Only the newest: an author changes one model at a time. */
  checked: { key: string; found: Result<Reports, readonly string[]> | null } | null
}

/** The page and the route that waits are bundled apart. */
const kept = globalThis as typeof globalThis & { coherentPreview?: Kept }
const state = (): Kept => {
  kept.coherentPreview ??= { lastGood: null, checked: null }
  return kept.coherentPreview
}

const LOOKS_MS = 250
/** Less than any proxy's patience, and no request of a page that is gone stays for long. */
const WAITS_MS = 25_000

/** Null: this app is no preview. */
export async function previewOfFolder(): Promise<FolderPreview | null> {
  const folder = env.previewFolder
  if (folder === null) return null
  const before = await filesVersion(folder)
  const opened = await openBundle({ folder }).catch((error: unknown) => err([unreadable(error)]))
  if (opened.ok) state().lastGood = opened.value
  const problems = opened.ok ? [] : opened.error.map(placed)
  const bundle = state().lastGood
  if (!bundle) return { problems, shown: null, version: before }
  const found = reportsOf(bundle)
  const reports: Reports = found?.ok ? found.value : new Map()
  const claims = bundle.claims.map((claim) => {
    const { id, model, variant, property, expect, required, sentence, blockKey } = claim
    const report = reports.get(id) ?? notYet(found)
    return { id, model, variant, property, expect, required, sentence, blockKey, report }
  })
  const { cover } = bundle
  const revision: LoadedRevision = {
    proposalId: '',
    revisionId: '',
    slug: slugOfFolder(folder) ?? 'preview',
    title: cover.title,
    area: cover.area,
    state: 'draft',
    visibility: 'public',
    number: cover.revision,
    numbers: [cover.revision],
    publishedAt: '',
    bundle,
    claims,
  }
  const items = await examineBundle(bundle, claims)
  return {
    problems: found && !found.ok ? [...problems, ...found.error] : problems,
    shown: { revision, gate: gateResult(items, []) },
    // Of what is shown here: a check that ended in between is another version.
    version: found === null ? before : `${before}${checkVersion()}`,
  }
}

/** The version that there is once it is another than `since`, or after a while; null: this app is no preview. */
export async function folderChanged(since: string, signal: AbortSignal): Promise<string | null> {
  const folder = env.previewFolder
  if (folder === null) return null
  const until = performance.now() + WAITS_MS
  let version = await versionOf(folder)
  while (version === since && performance.now() < until && !signal.aborted) {
    await sleep(LOOKS_MS)
    version = await versionOf(folder)
  }
  return version
}

const placed = (at: { file: string; line: number; column: number; message: string }) =>
  `${at.file}:${at.line}:${at.column}: ${at.message}`

function unreadable(error: unknown) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!/^E[A-Z]+$/.test(code)) throw error
  return { file: '.', line: 1, column: 1, message: `The folder cannot be read (${code}).` }
}

function notYet(found: NonNullable<Kept['checked']>['found']): CheckReport {
  const words =
    found === null
      ? 'It is being checked, and stands here in a moment'
      : 'The model cannot be checked: see the head of the page'
  return { ...readCheckReport(undefined), kind: 'unfinished' as const, message: words }
}

/** What the checker said; null: it is at it. */
function reportsOf(bundle: OpenBundle): Result<Reports, readonly string[]> | null {
  const key = createHash('sha256')
    .update(
      JSON.stringify([
        bundle.files.flatMap(({ path, bytes }) =>
          path.startsWith('models/') ? [[path, Buffer.from(bytes).toString('base64')]] : [],
        ),
        bundle.claims.map(({ id, model, defines, property }) => [id, model, defines, property]),
      ]),
    )
    .digest('hex')
  const { checked } = state()
  if (checked?.key === key) return checked.found
  const mine: NonNullable<Kept['checked']> = { key, found: null }
  state().checked = mine
  void checkBundle(bundle).then(
    (checks) => {
      mine.found = checks.ok
        ? ok(new Map(checks.value.map(({ claim, report }) => [claim.id, report])))
        : err(checks.error.diagnostics.map(placed))
    },
    (error: unknown) => {
      mine.found = err([`models/:1:1: ${error instanceof Error ? error.message : String(error)}`])
    },
  )
  return null
}

/** Different when what is shown would be. */
const versionOf = async (folder: string) => `${await filesVersion(folder)}${checkVersion()}`

/** Empty: the checker is at it. */
function checkVersion(): string {
  const { checked } = state()
  return checked?.found ? `-${checked.key.slice(0, 16)}` : ''
}

/** Names, sizes and times of its files, as a short text. */
async function filesVersion(folder: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    for (const entry of entries.slice(0, MOST_LOOKED_AT)) {
      const path = join(entry.parentPath, entry.name)
      // Of the name itself: a link is told, and never followed.
      const { size, mtimeMs } = await lstat(path)
      hash.update(`${path}\0${size}\0${mtimeMs}\0`)
    }
  } catch (error) {
    hash.update(String(unreadable(error).message)) // an editor was writing, or the folder is gone: asked again
  }
  return hash.digest('hex').slice(0, 16)
}

/** A bundle has 200 files; a checkout around one has more. */
const MOST_LOOKED_AT = 2_000
