import { once } from 'node:events'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Finding } from '#lib/mail/lint/finding.ts'
import { lintMbox } from '#lib/mail/lint/lint.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { emlName } from '#lib/review/export/eml-files.ts'
import { exportBundle, exportDiscussion, exportRevision } from '#lib/review/export/export.server.ts'
import { mboxOf, textOf, textRule } from '#lib/review/export/series.ts'
import { parseTarget } from '#lib/review/proposal/address.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { readBundle } from '#lib/writeup/bundle/read-bundle.server.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, siteProblem, wrongUse } from './verb.ts'

/** NO: it is written, and the linter has an error, or a claim is not as the text says. */
export const exportMail = defineVerb(
  {
    name: 'export',
    operands: 'DIR|SLUG[/vN]',
    least: 1,
    most: 1,
    about: `A revision as mail, on standard output or one file for each message. A folder (a bundle) is checked on the
spot and needs no database. What the linter finds, and claims that are not as the text says, are told on standard
error; then the exit code is 1, and all is written nevertheless.`,
    options: {
      mbox: { type: 'boolean', says: 'a mailbox (the default)' },
      text: { type: 'boolean', says: 'the texts alone, as they are read' },
      threads: { type: 'boolean', says: 'with the threads as replies (of a slug: a folder has none)' },
      'eml-dir': { type: 'string', value: 'OUT', says: 'one file for each message, in this folder' },
      url: {
        type: 'string',
        default: 'http://localhost:3000',
        value: 'URL',
        says: 'of a folder: the address in its links (default http://localhost:3000)',
        check: siteProblem,
      },
    },
  },
  async ({ values, operands }) => {
    const target = operands[0] ?? ''
    const folder = await isFolder(target)
    if (folder && values.threads)
      return wrongUse('export', 'a folder has no threads; name the slug of a published proposal')
    if (values.mbox && values.text) return wrongUse('export', '--mbox and --text exclude each other')
    const output = outputOf(values)
    if (values.threads) return writeDiscussion(target, output)
    const exported = folder
      ? await fromFolder(target, values.url)
      : await fromDatabase(target, exportRevision)
    if (!exported) return exitCode.WRONG_USE
    const { messages, lint } = 'series' in exported ? exported.series : exported
    await output(messages, 0)
    return Math.max(report(lint), reportClaims(exported.notAsClaimed))
  },
)

/** Loud, and after the rest: it must not be missed among findings about line lengths. */
function reportClaims(notAsClaimed: readonly string[]): number {
  if (notAsClaimed.length === 0) return exitCode.YES
  console.error(`NOT AS CLAIMED: ${notAsClaimed.join(', ')}. The verdict is not the one that the text says.`)
  return exitCode.NO
}

/** Writes some mails of the export; `first` is the position of the first one in all of it. */
type Output = (messages: readonly Message[], first: number) => Promise<void>

function outputOf(values: { text?: boolean; 'eml-dir'?: string }): Output {
  const folder = values['eml-dir']
  if (folder !== undefined) return (messages, first) => writeEach(messages, first, folder)
  return async (messages, first) => {
    const text = values.text ? `${first > 0 ? textRule : ''}${textOf(messages)}` : mboxOf(messages)
    // A pipe that is read slowly must not fill this process's memory.
    if (!process.stdout.write(text)) await once(process.stdout, 'drain')
  }
}

/** The revision, then its threads in pieces; each piece is linted together with the mails that it answers. */
async function writeDiscussion(target: string, output: Output): Promise<number> {
  const discussion = await fromDatabase(target, exportDiscussion)
  if (!discussion) return exitCode.WRONG_USE
  const { series, replies } = discussion
  const parts = mboxOf(series.messages)
  await output(series.messages, 0)
  let code: number = report(series.lint)
  let written = series.messages.length
  let lines = linesIn(parts)
  for await (const messages of replies) {
    if (messages.length === 0) continue
    await output(messages, written)
    const mailbox = parts + mboxOf(messages)
    const findings = lintMbox(mailbox, { kind: 'review' }).filter(
      ({ message }) => message > series.messages.length,
    )
    const moved = findings.map((finding) => ({
      ...finding,
      message: finding.message - series.messages.length + written,
      line: finding.line - linesIn(parts) + lines,
    }))
    code = Math.max(code, report(moved))
    written += messages.length
    lines += linesIn(mailbox) - linesIn(parts)
  }
  return Math.max(code, reportClaims(discussion.notAsClaimed))
}

function report(lint: readonly Finding[]): number {
  for (const { rule, message, line, text } of lint) {
    console.error(`mail ${message}, line ${line}: ${rule}: ${text}`)
  }
  return lint.some(({ severity }) => severity === 'error') ? exitCode.NO : exitCode.YES
}

const linesIn = (mailbox: string) => mailbox.split('\n').length - 1

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false // no such path: then it is a slug
  }
}

/** The slug is the folder above `v1`: `content/<slug>/v<N>`. */
async function fromFolder(path: string, url: string) {
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

async function fromDatabase<T>(
  target: string,
  load: (viewer: null, slug: string, number: number | null) => Promise<T | null>,
): Promise<T | null> {
  const named = parseTarget(target)
  const exported = named && (await load(null, named.slug, named.revision))
  if (!exported) console.error(`There is no folder and no published revision ${target}.`)
  return exported
}

/** `git send-email` takes one file for each message; a mailbox it would send as one mail. */
async function writeEach(messages: readonly Message[], first: number, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [index, message] of messages.entries()) {
    const number = first + index
    await writeFile(join(folder, emlName(number)), writeMessage(message))
  }
}
