import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { APIRequestContext } from '@playwright/test'

/** The proposal that the mails are about. */
export const MAILED = 'io-uring-futex'
let made = 0

export type MailedPart = { readonly id: string; readonly line: string }

/** The parts of the proposal as they are mailed: their Message-IDs, and a line of prose of each. */
export async function mailedParts(request: APIRequestContext): Promise<readonly MailedPart[]> {
  // The first who asks waits for all of it to be made.
  const answer = await request.get(`/rfc/${MAILED}/v1.mbox`, { timeout: 100_000 })
  const mails = (await answer.text()).split(/^From mboxrd@z .*\n/m).slice(1)
  return mails.map((mail) => ({
    id: /^Message-ID: <(.*)>$/m.exec(mail)?.[1] ?? '',
    line:
      mail
        .slice(mail.indexOf('\n\n'))
        .split('\n')
        .find((line) => /^[A-Z][a-z]+ .{45,}/.test(line)) ?? '',
  }))
}

/**
 * A reply of a list's to a part, and its Message-ID.
 *
 * @param more who wrote it, what about, and what is attached (its type with its file name, and its bytes)
 */
export function mailTo(
  part: MailedPart | undefined,
  words: string,
  more: { from?: string; subject?: string; attached?: { head: string; bytes: Buffer } } = {},
): { readonly id: string; readonly text: string } {
  const id = `${process.pid}.${Date.now()}.${++made}@import.example`
  const { from = 'Reva Lister <reva@lister.example>', subject = 'Re: a part', attached } = more
  const said = `> ${part?.line ?? ''}\n\n${words}\n`
  const plain = 'Content-Type: text/plain; charset=utf-8'
  const content = attached
    ? `Content-Type: multipart/mixed; boundary="=_b"

--=_b
${plain}

${said}
--=_b
${attached.head}
Content-Transfer-Encoding: base64

${attached.bytes.toString('base64')}
--=_b--
`
    : `${plain}\n\n${said}`
  const text = `From: ${from}
To: list@lister.example
Subject: ${subject}
Date: Tue, 15 Jun 2021 09:00:00 +0200
Message-ID: <${id}>
In-Reply-To: <${part?.id ?? ''}>
MIME-Version: 1.0
${content}`
  return { id, text }
}

/** As the operator does it, on the machine of the app. */
export function runCommand(...words: string[]) {
  const command = join(import.meta.dirname, '../dist/coherent.mjs')
  return spawnSync(process.execPath, [command, ...words], { encoding: 'utf8' })
}

/** @param text a mail, or a mailbox of several */
export function importByCommand(text: string, ...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'coherent-import-'))
  const file = join(folder, text.startsWith('From mboxrd@z') ? 'mails.mbox' : 'mail.eml')
  writeFileSync(file, text)
  const run = runCommand('import', file, ...options)
  rmSync(folder, { recursive: true })
  return run
}

/** Mails as one mailbox. */
export const mailbox = (mails: readonly { readonly text: string }[]): string =>
  mails.map(({ text }) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${text}\n`).join('')
