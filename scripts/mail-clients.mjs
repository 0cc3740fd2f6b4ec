#!/usr/bin/env node
/**
 * `npm run test:mail-clients`: our mail in the programs that a list's readers use.
 *
 * The flagship's series, a review of it and the example of 2021, written by the real writer, go through git, b4,
 * public-inbox, lei, mutt and mblaze; each has to find the same mails, in the same order and threads, with the same
 * senders, dates, subjects and text. Then four validators look at the bytes. One line for each; exit code 1 if one
 * differs. A program that cannot be installed is skipped, with the reason; run by itself in CI (`CI` is set) that fails.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleForNode } from './bundle.mjs'
import { childEnvironment } from './child-environment.mjs'
import { GIT_MAIL, installPackages, works } from './debian-packages.mjs'
import { readEnvironment } from './environment.mjs'
import * as readers from './mail-clients/readers.mjs'
import { ensureInstalled, ensurePrismaClient, ROOT, THE_ANSWER_IS_NO } from './steps.mjs'

const PACKAGES = {
  ...GIT_MAIL,
  b4: () => works('b4', ['--version']),
  'public-inbox': () => works('public-inbox-init', ['--help']),
  // Not by running it: it would leave a daemon behind.
  lei: () => works('sh', ['-c', 'command -v lei']),
  mutt: () => works('mutt', ['-v']),
  mblaze: () => works('sh', ['-c', 'command -v mdeliver mthread mhdr mshow']),
  bsdutils: () => works('script', ['--version']),
}

/** Name in the table → reader, and the packages that it needs. */
const CLIENTS = [
  ['git', readers.git, ['git']],
  ['b4', readers.b4, ['b4', 'python3']],
  ['public-inbox', readers.publicInbox, ['public-inbox']],
  ['lei', readers.lei, ['lei', 'python3']],
  ['mutt', readers.mutt, ['mutt', 'bsdutils']],
  ['mblaze', readers.mblaze, ['mblaze']],
]
const MAILBOXES = { series: 'series', review: 'review', 'series-2021': 'series' }

/** What writes the mailboxes runs from elsewhere, too. */
const atRoot = childEnvironment({ COHERENT_ROOT: ROOT })

const counts = { passed: 0, failed: 0, skipped: 0 }
function row(mailbox, program, result, detail) {
  counts[{ ok: 'passed', FAILED: 'failed', skipped: 'skipped' }[result]]++
  console.log(`${mailbox.padEnd(12)} ${program.padEnd(18)} ${result.padEnd(8)} ${detail}`)
}

/** The first difference in words, or null. */
function difference(expected, { mails, order }, inFile) {
  if (mails.length !== expected.length) return `${mails.length} mails instead of ${expected.length}`
  const wanted =
    order === 'thread' ? expected : order === 'file' ? inFile : expected.toSorted((a, b) => a.date - b.date)
  for (const [i, want] of wanted.entries()) {
    for (const [field, found] of Object.entries(mails[i])) {
      const [a, b] = field === 'text' ? [trimmed(found), trimmed(want.text)] : [found, want[field]]
      if (a !== b) return `mail ${i + 1} (${want.subject}): ${field} is ${short(a)}, not ${short(b)}`
    }
  }
  return null
}

/** Some programs drop or add empty lines at the end, and blanks at the end of `-- `; nothing else may differ. */
const trimmed = (text) => String(text).trim().replaceAll(/ +$/gm, '')
const short = (value) => JSON.stringify(value)?.slice(0, 90)

function validator(mailbox, name, program, args, needed, missing) {
  const lacking = needed.filter((p) => missing.includes(p))
  if (lacking.length > 0) return row(mailbox, name, 'skipped', `not installed: ${lacking.join(', ')}`)
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, env: atRoot, encoding: 'utf8' })
  const said = `${stdout}${stderr}`.trim().split('\n')
  row(
    mailbox,
    name,
    status === 0 ? 'ok' : 'FAILED',
    status === 0 ? (said.at(-1) ?? '') : said.slice(0, 5).join(' / '),
  )
}

/** Prints the table; returns how many lines passed, failed and were skipped. */
export async function testMailClients() {
  const missing = installPackages(PACKAGES)
  const writer = await bundleForNode('scripts/mail-clients/mailboxes.ts', 'mail-clients-mailboxes')
  const folder = mkdtempSync(join(tmpdir(), 'mail-clients-'))
  try {
    const { status, stderr } = spawnSync(process.execPath, [writer, folder], {
      env: atRoot,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`the mailboxes were not written: ${stderr}`)
    for (const [name, kind] of Object.entries(MAILBOXES)) {
      const mailbox = join(folder, `${name}.mbox`)
      const expected = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
      const ids = [...readFileSync(mailbox, 'utf8').matchAll(/^Message-ID: <(.*)>$/gm)].map((m) => m[1])
      const inFile = ids.map((id) => expected.find((mail) => mail.id === id))
      const depth = new Map()
      for (const { id, parent } of expected) depth.set(id, parent === null ? 1 : depth.get(parent) + 1)
      const what = `${expected.length} mails, ${Math.max(...depth.values())} deep: order, threads, senders, dates, subjects, text`
      for (const [client, read, needed] of CLIENTS) {
        const lacking = needed.filter((p) => missing.includes(p))
        if (lacking.length > 0) {
          row(name, client, 'skipped', `not installed: ${lacking.join(', ')}`)
          continue
        }
        const own = join(folder, `${name}-${client}`)
        mkdirSync(own)
        try {
          const differs = difference(expected, read(mailbox, own, expected), inFile)
          row(name, client, differs === null ? 'ok' : 'FAILED', differs ?? what)
        } catch (error) {
          row(name, client, 'FAILED', String(error.message).split('\n').slice(-3).join(' / '))
        }
      }
      const validators = join(ROOT, 'scripts/validators')
      // Words of persons may look like anything: what it says of those are warnings.
      const strict = kind === 'series' ? ['--warn-as-error'] : []
      const lint = [join(validators, 'lint_mbox.py'), '--kind', kind, ...strict, mailbox]
      validator(name, 'lint_mbox.py', 'python3', lint, ['python3'], missing)
      validator(
        name,
        'v_strict_email.py',
        'python3',
        [join(validators, 'v_strict_email.py'), mailbox],
        ['python3'],
        missing,
      )
      validator(
        name,
        'v_git.sh',
        'bash',
        [join(validators, 'v_git.sh'), mailbox],
        Object.keys(GIT_MAIL),
        missing,
      )
    }
    const again = [join(ROOT, 'scripts/validators/v_determinism.sh'), `node '${writer}'`]
    validator('all', 'v_determinism.sh', 'bash', again, [], missing)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return counts
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureInstalled()
  ensurePrismaClient()
  const { CI } = await readEnvironment()
  const { passed, failed, skipped } = await testMailClients()
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  // By itself in CI it is asked for, so what could not be looked at is not passed over.
  process.exitCode = failed === 0 && (skipped === 0 || !CI) ? 0 : THE_ANSWER_IS_NO
}
