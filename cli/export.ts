import { mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { writeMessage } from '#lib/mail/write-message.ts'
import { exportBundle, exportRevision } from '#lib/review/export.server.ts'
import { mboxOf, type RenderedSeries, textOf } from '#lib/review/series.ts'
import { instanceQuestionnaires } from '#lib/writeup/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/read-bundle.server.ts'

/** `coherent export DIR|SLUG[/vN]`: 0 written, 1 written but the linter has an error, 3 wrong input. */
export async function exportMail(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      mbox: { type: 'boolean' },
      text: { type: 'boolean' },
      'eml-dir': { type: 'string' },
      url: { type: 'string', default: 'http://localhost:3000' },
    },
  })
  const [target] = positionals
  if (target === undefined || positionals.length > 1) {
    console.error('coherent export: name one folder of a bundle, or one slug such as io-uring-futex/v1')
    return 3
  }
  const series = (await isFolder(target)) ? await fromFolder(target, values.url) : await fromDatabase(target)
  if (!series) return 3
  const folder = values['eml-dir']
  if (folder !== undefined) await writeEach(series, folder)
  else process.stdout.write(values.text ? textOf(series.messages) : mboxOf(series.messages))
  for (const { rule, message, line, text } of series.lint) {
    console.error(`mail ${message}, line ${line}: ${rule}: ${text}`)
  }
  return series.lint.some(({ severity }) => severity === 'error') ? 1 : 0
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false // no such path: then it is a slug
  }
}

/** The slug is the folder above `v1`: `content/<slug>/v<N>`. */
async function fromFolder(path: string, url: string): Promise<RenderedSeries | null> {
  const full = resolve(path)
  const slug = /^v\d+$/.test(basename(full)) ? basename(dirname(full)) : basename(full)
  const bundle = await readBundle(full, await instanceQuestionnaires())
  if (!bundle.ok) {
    for (const { file, line, column, message } of bundle.error) {
      console.error(`${join(path, file)}:${line}:${column}: ${message}`)
    }
    return null
  }
  const series = await exportBundle(slug, bundle.value, url.replace(/\/+$/, ''))
  if (series.ok) return series.value
  console.error(`The model of the claim ${series.error.claim} cannot be checked:`)
  for (const { file, line, column, message } of series.error.diagnostics) {
    console.error(`${join(path, file)}:${line}:${column}: ${message}`)
  }
  return null
}

async function fromDatabase(target: string): Promise<RenderedSeries | null> {
  const match = /^([a-z0-9][a-z0-9-]{1,79})(?:\/v([1-9]\d{0,2}))?$/.exec(target)
  const exported = match?.[1]
    ? await exportRevision(null, match[1], match[2] === undefined ? null : Number(match[2]))
    : null
  if (exported) return exported.series
  console.error(`There is no folder and no published revision ${target}.`)
  return null
}

const NAMES = ['cover-letter', 'problem', 'integration', 'sys-futex', 'lifetime']

/** `git send-email` takes one file for each message; a mailbox it would send as one mail. */
async function writeEach(series: RenderedSeries, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [index, message] of series.messages.entries()) {
    const name = `${String(index).padStart(4, '0')}-${NAMES[index] ?? 'part'}.eml`
    await writeFile(join(folder, name), writeMessage(message))
  }
}
