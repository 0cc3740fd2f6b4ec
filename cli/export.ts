import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Finding } from '#lib/mail/lint/finding.ts'
import { lintMbox } from '#lib/mail/lint/lint.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { datedFrom } from '#lib/review/export/dated.ts'
import { emlName } from '#lib/review/export/eml-files.ts'
import { exportBundle, exportDiscussion, exportRevision } from '#lib/review/export/export.server.ts'
import { mboxOf, textOf, textRule } from '#lib/review/export/series.ts'
import { parseTarget } from '#lib/review/proposal/address.ts'
import { openBundle } from '#lib/review/revision/open-bundle.server.ts'
import { orUnreadable, UnreadableRevision } from '#lib/review/revision/revisions.server.ts'
import { isFolder } from './examined-folder.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, siteProblem, wrongUse } from './verb.ts'

const PLACES_SHOWN = 20

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
      'eml-dir': {
        type: 'string',
        value: 'OUT',
        says: 'one file for each message, in this folder, dated as it is sent today',
      },
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
    // Files are for a mail program, which sends them: with the date that they had if they were sent, else of today.
    const asFiles = values['eml-dir'] !== undefined
    if (values.threads) return writeDiscussion(target, output)
    const exported = folder
      ? await fromFolder(target, values.url)
      : await fromDatabase(target, (viewer, slug, number) =>
          exportRevision(viewer, slug, number, asFiles ? { today: new Date() } : {}),
        )
    if (typeof exported === 'number') return exported
    const { messages, lint } = 'series' in exported ? exported.series : exported
    await output(asFiles && folder ? datedToday(messages) : messages, 0)
    if (exported.stamp !== '') console.error(`${capital(exported.stamp)} (coherent gate ${target}).`)
    return Math.max(report(lint), reportClaims(exported.notAsClaimed))
  },
)

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

function datedToday(messages: readonly Message[]): readonly Message[] {
  const [cover] = messages
  if (!cover) return messages
  return datedFrom(messages, { ...cover.date, epochSeconds: Math.floor(Date.now() / 1000) })
}

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
  if (typeof discussion === 'number') return discussion
  const { series, replies } = discussion
  const parts = mboxOf(series.messages)
  await output(series.messages, 0)
  let code: number = report(series.lint)
  let written = series.messages.length
  let lines = linesIn(parts)
  for await (const messages of replies) {
    if (messages.length === 0) continue
    await output(messages, written)
    const before = discussion.answeredBefore()
    const given = parts + mboxOf(before)
    const mailbox = given + mboxOf(messages)
    const count = series.messages.length + before.length
    const findings = lintMbox(mailbox, { kind: 'review' }).filter(({ message }) => message > count)
    const moved = findings.map((finding) => ({
      ...finding,
      message: finding.message - count + written,
      line: finding.line - linesIn(given) + lines,
    }))
    code = Math.max(code, report(moved))
    written += messages.length
    lines += linesIn(mailbox) - linesIn(given)
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

/** The slug is the folder above `v1`: `content/<slug>/v<N>`. */
async function fromFolder(path: string, url: string) {
  const full = resolve(path)
  const slug = /^v\d+$/.test(basename(full)) ? basename(dirname(full)) : basename(full)
  const bundle = await openBundle({ folder: full })
  if (!bundle.ok) {
    for (const { file, line, column, message } of bundle.error) {
      console.error(`${join(path, file)}:${line}:${column}: ${message}`)
    }
    return exitCode.WRONG_USE
  }
  const series = await exportBundle(slug, bundle.value, url.replace(/\/+$/, ''))
  if (series.ok) return series.value
  console.error(`The model of the claim ${series.error.claim} cannot be checked:`)
  for (const { file, line, column, message } of series.error.diagnostics) {
    console.error(`${join(path, file)}:${line}:${column}: ${message}`)
  }
  return exitCode.WRONG_USE
}

async function fromDatabase<T extends object>(
  target: string,
  load: (viewer: 'program', slug: string, number: number | null) => Promise<T | null>,
): Promise<T | number> {
  const named = parseTarget(target)
  const exported = named && (await load('program', named.slug, named.revision).catch(orUnreadable))
  if (exported instanceof UnreadableRevision) {
    console.error(`${target} is published, and what was stored of it cannot be read:`)
    for (const place of exported.places.slice(0, PLACES_SHOWN)) console.error(`  ${place}`)
    return exitCode.NOT_DONE
  }
  if (exported) return exported
  console.error(`There is no folder and no published revision ${target}.`)
  return exitCode.WRONG_USE
}

/** `git send-email` takes one file for each message; a mailbox it would send as one mail. */
async function writeEach(messages: readonly Message[], first: number, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [index, message] of messages.entries()) {
    const number = first + index
    await writeFile(join(folder, emlName(number)), writeMessage(message))
  }
}
