import 'server-only'
import { constants, type Dirent } from 'node:fs'
import { open, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { err, ok, type Result } from '#lib/result.ts'
import { FILE_START, type Problem, sortProblems } from '#lib/writeup/parse/problem.ts'
import { type Bundle, MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES, readDocuments } from './bundle.ts'
import type { BundleFile } from './content-hash.ts'
import { diagramProblems } from './diagram-problems.server.ts'
import { parseQuestionnaire, type Questionnaire } from './questionnaire.ts'
import { vocabularyProblems } from './vocabulary-names.ts'

/**
 * Reads folders of bundles. The folder belongs to an author, so nothing in it is followed out of it: a symbolic
 * link is a problem even when its target is harmless, and so is anything that is not a plain file (a pipe would
 * block the read for ever). What the limits forbid is not read into memory first.
 */
export async function readBundleFiles(folder: string): Promise<Result<BundleFile[], Problem[]>> {
  const files: BundleFile[] = []
  const problems: Problem[] = []
  let bytes = 0

  const visit = async (relative: string, depth: number): Promise<void> => {
    const entries = await readdir(path.join(folder, relative), { withFileTypes: true })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      // A bundle may be a checkout: what version control and `coherent pull` keep beside it is no part of it.
      if (relative === '' && BESIDE.has(entry.name)) continue
      const name = relative === '' ? entry.name : `${relative}/${entry.name}`
      const complaint = complaintAbout(entry, depth)
      if (complaint) {
        problems.push({ file: name, rule: 'path', message: complaint, ...FILE_START })
      } else if (entry.isDirectory()) {
        await visit(name, depth + 1)
      } else if (files.length >= MAX_BUNDLE_FILES || bytes > MAX_BUNDLE_BYTES) {
        const message = `A bundle has at most ${MAX_BUNDLE_FILES} files and ${MAX_BUNDLE_BYTES / 1024 / 1024} MB: keep only what the revision needs.`
        problems.push({ file: name, rule: 'too-large', message, ...FILE_START })
        return
      } else {
        const read = await readPlainFile(path.join(folder, name), MAX_BUNDLE_BYTES - bytes)
        if (read === null) {
          const message = `The file does not fit: a bundle has at most ${MAX_BUNDLE_BYTES / 1024 / 1024} MB.`
          problems.push({ file: name, rule: 'too-large', message, ...FILE_START })
        } else {
          bytes += read.byteLength
          files.push({ path: name.normalize('NFC'), bytes: read })
        }
      }
    }
  }
  await visit('', 0)
  return problems.length > 0 ? err(problems) : ok(files)
}

/** The bundle in a folder such as `content/io-uring-futex/v1`. */
export async function readBundle(
  folder: string,
  questionnaires: readonly Questionnaire[],
): Promise<Result<Bundle, Problem[]>> {
  const files = await readBundleFiles(folder)
  if (!files.ok) return files
  return checkFilesWhole(files.value, questionnaires)
}

/**
 * All that is refused before files are published: as `parseBundle`, of each diagram what mermaid cannot read, and of each
 * vocabulary the names that its model does not have.
 */
export async function checkFilesWhole(
  files: readonly BundleFile[],
  questionnaires: readonly Questionnaire[],
): Promise<Result<Bundle, Problem[]>> {
  const read = readDocuments(files, questionnaires)
  const undrawable = await diagramProblems(read.ok ? read.value.documents : read.error.documents)
  const unknown = read.ok ? vocabularyProblems(read.value) : []
  if (read.ok && undrawable.length + unknown.length === 0) return read
  return err(sortProblems([...(read.ok ? unknown : read.error.problems), ...undrawable]))
}

/** All questionnaires of an instance: `futex@1.yaml` … in `content/questionnaires`. */
export async function readQuestionnaires(folder: string): Promise<Result<Questionnaire[], Problem[]>> {
  const questionnaires: Questionnaire[] = []
  const problems: Problem[] = []
  for (const name of (await readdir(folder)).sort()) {
    const id = /^([a-z][a-z0-9-]*@\d+)\.yaml$/.exec(name)?.[1]
    if (id === undefined) continue
    const parsed = parseQuestionnaire(name, await readFile(path.join(folder, name), 'utf8'), id)
    if (parsed.ok) questionnaires.push(parsed.value)
    else problems.push(...parsed.error)
  }
  return problems.length > 0 ? err(problems) : ok(questionnaires)
}

/** Names at the top of a folder that are not read; any other hidden one is a problem. */
const BESIDE: ReadonlySet<string> = new Set([
  '.git',
  '.gitignore',
  '.gitattributes',
  '.coherent',
  '.DS_Store',
])

const MAX_FOLDER_DEPTH = 5

function complaintAbout(entry: Dirent, depth: number): string | null {
  if (entry.isSymbolicLink()) return 'Links are not allowed in a bundle: copy the file here.'
  if (entry.isDirectory()) {
    return depth >= MAX_FOLDER_DEPTH ? `Folders are at most ${MAX_FOLDER_DEPTH} deep: flatten them.` : null
  }
  return entry.isFile() ? null : 'Only plain files and folders are allowed in a bundle: delete it.'
}

/**
 * null when the file has more than `limit` bytes. O_NOFOLLOW: between the listing and the opening somebody may
 * put a link in the file's place.
 */
async function readPlainFile(file: string, limit: number): Promise<Uint8Array | null> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const { size } = await handle.stat()
    return size > limit ? null : new Uint8Array(await handle.readFile())
  } finally {
    await handle.close()
  }
}
