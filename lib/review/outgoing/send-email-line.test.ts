/** The printed command is run by a real shell with the real git, dry. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMbox } from '#lib/mail/message/mbox.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import { readMessage } from '#lib/mail/message/read-message.ts'
import { emlArchive, emlName } from '#lib/review/export/eml-files.ts'
import { childEnvironment } from '../../../scripts/child-environment.mjs'
import { sendEmailLine, shellQuoted } from './send-email-line.ts'

const sample = readFileSync(path.join(import.meta.dirname, '../export/samples/small.mbox'), 'utf8')
const messages = [...readMbox([sample])].map((mail) => {
  const message = mail.ok ? readMessage(mail.value) : mail
  if (!message.ok) throw new Error('sample')
  return message.value
})
if (messages.length !== 5) throw new Error(`${messages.length} mails in the sample`)
const works = (program: string, args: string[]) => spawnSync(program, args).status === 0
const hasGitEmail =
  works('sh', ['-c', 'test -x "$(git --exec-path)/git-send-email"']) &&
  works('perl', ['-MMail::Address', '-e1'])

test('whatever text is quoted, a shell reads it as that one word', () => {
  const words = fc.array(
    fc.string({ unit: 'binary' }).map((s) => s.replaceAll('\0', '')),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(words, (given) => {
      const texts = ["it's", '$(id)', '`id`', '"', '\\', '', '-n', 'a b', '\n', '~', '*', ...given].map(
        (text) =>
          // What cannot be encoded cannot stand on a command line.
          new TextDecoder().decode(new TextEncoder().encode(text)),
      )
      const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${texts.map(shellQuoted).join(' ')}`])
      expect(stdout.toString('utf8')).toBe(texts.map((text) => `${text}\0`).join(''))
    }),
    { numRuns: 20 },
  )
})

test('the archive unpacks to one file for each mail, by any tar', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mails-'))
  writeFileSync(path.join(folder, 'mails.tar'), emlArchive('small-v2', messages))
  expect(spawnSync('tar', ['xf', 'mails.tar'], { cwd: folder }).status).toBe(0)
  messages.forEach((message, i) => {
    const read = readMessage(readFileSync(path.join(folder, 'small-v2', emlName(i)), 'utf8'))
    expect(read).toEqual({ ok: true, value: message })
  })
  expect(emlArchive('small-v2', messages)).toEqual(emlArchive('small-v2', messages))
  rmSync(folder, { recursive: true })
})

test.skipIf(!hasGitEmail)(
  'git sends each mail to exactly the named receivers, with its id, its parent and its text (needs git-email)',
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'send-email-'))
    writeFileSync(path.join(folder, 'mails.tar'), emlArchive('small-v2', messages))
    spawnSync('tar', ['xf', 'mails.tar'], { cwd: folder })
    const to: Mailbox[] = [{ name: '', address: 'list@example.org' }]
    const cc: Mailbox[] = [
      { name: "Reva O'Reviewer (X), Jr.", address: 'reva@example.net' },
      { name: 'Ünal Größe', address: 'unal@example.net' },
      { name: '$(touch pwned) `touch pwned`', address: 'evil@example.net' },
      { name: '', address: 'other-list@example.org' },
    ]
    const line = sendEmailLine({ to, cc }, ['small-v2/*.eml'])
    writeFileSync(
      path.join(folder, 'capture.sh'),
      `#!/bin/sh\nn=$(ls out | wc -l)\nprintf '%s\\n' "$@" >out/$n.args\nexec cat >out/$n\n`,
      { mode: 0o755 },
    )
    const env = childEnvironment({ HOME: folder, GIT_CONFIG_NOSYSTEM: '1' })
    const script = `mkdir out; git init -q . && git config user.name X && git config user.email x@example.org &&
${line.replace('--confirm=always', `--confirm=never --quiet --from='Ünal Größe <unal@example.org>' --sendmail-cmd="$PWD/capture.sh"`)}`
    const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: folder, env, encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(works('test', ['-e', path.join(folder, 'pwned')])).toBe(false)
    messages.forEach((message, i) => {
      const sent = readFileSync(path.join(folder, 'out', `${2 * i}`), 'utf8')
      const receivers =
        readFileSync(path.join(folder, 'out', `${2 * i}.args`), 'utf8').match(/\S+@\S+/g) ?? []
      // The receivers of the files' own To header are those of the cover, which are always among the proposed.
      expect([...new Set(receivers)].sort()).toEqual([
        'evil@example.net',
        'list@example.org',
        'other-list@example.org',
        'reva@example.net',
        'unal@example.net',
      ])
      expect(sent).toMatch(new RegExp(`^message-id: <${message.messageId}>$`, 'im'))
      expect(/^in-reply-to: <(.*)>$/im.exec(sent)?.[1] ?? null).toBe(message.inReplyTo)
      expect(sent.endsWith(`\n\n${message.body}`)).toBe(true)
    })
    rmSync(folder, { recursive: true })
  },
)
