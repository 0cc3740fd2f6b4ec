/** What `new` and `import-design` have in common: the fields that are asked for, and a folder that nobody has used yet. */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { BundleFile } from '#lib/writeup/bundle/content-hash.ts'
import type { NewProblem } from '#lib/writeup/bundle/new-bundle.ts'

export const FIELD_OPTIONS = {
  title: { type: 'string', value: 'TITLE', says: 'what is proposed, in some words' },
  area: { type: 'string', value: 'AREA', says: 'the subsystem, first word of every subject: io_uring' },
  author: {
    type: 'string',
    multiple: true,
    value: "'NAME <ADDRESS>'",
    says: 'who writes it; may be given more than once',
  },
  to: {
    type: 'string',
    multiple: true,
    value: 'ADDRESS',
    says: 'the list that it will be sent to; more than once too',
  },
  questionnaire: {
    type: 'string',
    value: 'NAME@N',
    says: 'which questions it answers; without it the first one of this installation',
  },
} as const

const OPTION = {
  title: '--title',
  area: '--area',
  authors: '--author',
  to: '--to',
  questionnaire: '--questionnaire',
} as const

export const fieldsWrong = (problems: readonly NewProblem[]): string =>
  problems.map(({ field, message }) => `${OPTION[field]}: ${message}`).join('; ')

/** Null: written. Else the end of a sentence that begins with the folder. */
export async function writeNewFolder(folder: string, files: readonly BundleFile[]): Promise<string | null> {
  await mkdir(folder, { recursive: true })
  // A checkout that was made for it is as good as an empty folder.
  if ((await readdir(folder)).some((name) => !name.startsWith('.')))
    return 'has files in it; name a folder that is empty or not there yet'
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    // Never over a file that somebody put there meanwhile.
    await writeFile(join(folder, path), bytes, { flag: 'wx' })
  }
  return null
}

/** `my-feature` is `My feature`; of `content/my-feature/v1` too. */
export function titleOfFolder(folder: string): string {
  const name = /^v\d+$/.test(basename(folder)) ? basename(dirname(folder)) : basename(folder)
  const words = name.replace(/[-_]+/g, ' ').trim()
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}
