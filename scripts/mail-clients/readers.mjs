/**
 * A mailbox as each of the list's programs reads it. A reader takes a mailbox file and an empty folder of its own, runs
 * the real program, and returns `{ mails, order }`: what it found, in its order, and what that order is (`thread` as a
 * mail reader shows it, `date`, or `file`). A mail is `{ id, parent, subject, name, address, date, text }`; what a
 * program does not tell is left out, and not compared.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from '../child-environment.mjs'

const here = import.meta.dirname

/** Standard output of a program; throws with what it said when it fails. No configuration of the user is read. */
function output(folder, program, args, { input, env = {} } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 60_000,
    env: { PATH: childEnvironment().PATH, HOME: folder, LC_ALL: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1', ...env },
  })
  if (status === 0) return stdout
  throw new Error(`${program} ${args[0] ?? ''}: ${error?.message ?? `${stdout}${stderr}`.trim()}`)
}

/** Raw mailboxes that a program wrote, read by Python's strict policy. */
const readBack = (folder, file) => JSON.parse(output(folder, 'python3', [join(here, 'read_mbox.py'), file]))

const numberOf = (i) => String(i).padStart(4, '0')

/** `git mailsplit`, `git mailinfo`, and `git am`, which makes a commit of each mail. */
export function git(mailbox, folder) {
  const run = (args, options) => output(folder, 'git', args, options)
  mkdirSync(join(folder, 'mails'))
  const count = Number(run(['mailsplit', '--mboxrd', '-omails', mailbox]))
  const mails = Array.from({ length: count }, (_, i) => {
    const mail = readFileSync(join(folder, 'mails', numberOf(i + 1)))
    const args = ['mailinfo', '-k', '--no-scissors', '--encoding=UTF-8', 'text', 'patch']
    const info = new Map(
      run(args, { input: mail })
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    )
    const text = readFileSync(join(folder, 'text'), 'utf8')
    if (readFileSync(join(folder, 'patch')).length > 0) throw new Error(`mail ${i + 1} is taken for a patch`)
    const date = Date.parse(info.get('Date') ?? '') / 1000
    return { subject: info.get('Subject'), name: info.get('Author'), address: info.get('Email'), date, text }
  })

  const author = { GIT_COMMITTER_NAME: 'Check', GIT_COMMITTER_EMAIL: 'check@example.org' }
  run(['init', '-q', '.'])
  run(['commit', '-q', '--allow-empty', '-m', 'begin'], {
    env: { ...author, GIT_AUTHOR_NAME: 'Check', GIT_AUTHOR_EMAIL: 'check@example.org' },
  })
  run(['am', '-q', '--patch-format=mboxrd', '--empty=keep', '--keep', mailbox], { env: author })
  const commits = run(['log', '--reverse', '--format=%ae %at', `HEAD~${count}..`])
    .trim()
    .split('\n')
  const wanted = mails.map(({ address, date }) => `${address} ${date}`)
  if (commits.join() !== wanted.join()) throw new Error('git am makes other commits of them than mailinfo')
  return { mails, order: 'file' }
}

/** The thread that b4 takes out of a mailbox when it is told its first mail. */
export function b4(mailbox, folder, expected) {
  const args = ['--offline-mode', 'mbox', '-m', mailbox, '-o', '.', '-n', 'thread.mbx', expected[0].id]
  output(folder, 'b4', args)
  return { mails: readBack(folder, join(folder, 'thread.mbx')), order: 'file' }
}

/** An archive as lore.kernel.org has it: filled, indexed again from its git, and read back as a tree. */
export function publicInbox(mailbox, folder, expected) {
  const inbox = join(folder, 'inbox')
  output(folder, 'public-inbox-init', ['-V2', 'list', inbox, 'http://localhost/list', 'list@example.org'])
  output(folder, 'perl', [join(here, 'public-inbox.pl'), 'fill', mailbox])
  output(folder, 'public-inbox-index', ['--reindex', inbox])
  const tree = output(folder, 'perl', [join(here, 'public-inbox.pl'), 'thread', expected[0].id])
  return { mails: JSON.parse(tree), order: 'thread' }
}

/** lei's own store, searched for the thread of the first mail. */
export function lei(mailbox, folder, expected) {
  const runtime = join(folder, 'run')
  mkdirSync(runtime, { mode: 0o700 })
  const run = (args) => output(folder, 'lei', args, { env: { XDG_RUNTIME_DIR: runtime } })
  try {
    run(['import', '-q', '-F', 'mboxrd', mailbox])
    const query = ['q', '-q', '--threads', `m:${expected[0].id}`]
    const found = JSON.parse(run([...query, '--format=json'])).filter(Boolean)
    run([...query, '-o', `mboxrd:${join(folder, 'thread.mbox')}`])
    const texts = new Map(readBack(folder, join(folder, 'thread.mbox')).map((mail) => [mail.id, mail]))
    const mails = found.map(({ m: id, s: subject, dt, refs = [], f: [[name, address]] }) => ({
      id,
      parent: refs.at(-1) ?? null,
      subject,
      name: name ?? address,
      address,
      date: Date.parse(dt) / 1000,
      text: texts.get(id)?.text,
    }))
    return { mails: mails.sort((a, b) => a.date - b.date), order: 'date' }
  } finally {
    // It starts a daemon of its own for this folder.
    run(['daemon-kill'])
  }
}

/** mutt on a terminal: sorted by thread, every mail piped out, then each mail's parent as `<parent-message>` finds it. */
export function mutt(mailbox, folder, expected) {
  writeFileSync(join(folder, 'take.sh'), 'cat >>"$1"; printf "\\036" >>"$1"\n')
  const jumps = expected.map(
    (_, i) => `${i + 1}<enter><parent-message><pipe-message>sh take.sh parents<enter>`,
  )
  const keys = `<tag-pattern>~A<enter><tag-prefix><pipe-message>sh take.sh mails<enter><untag-pattern>~A<enter>${jumps.join('')}<exit>`
  writeFileSync(
    join(folder, 'muttrc'),
    `set folder=. sort=threads sort_aux=date wait_key=no charset=utf-8 quit=yes
set pipe_split=yes pipe_decode=yes pipe_sort=threads pipe_sep=""
ignore *
unignore message-id subject from date
push "${keys}"
`,
  )
  // It wants a terminal; script(1) gives it one.
  const command = `stty rows 50 cols 200; mutt -n -F muttrc -R -f '${mailbox}'`
  output(folder, 'script', ['-qfec', command, '/dev/null'], { input: '', env: { TERM: 'xterm' } })
  const taken = (file) => readFileSync(join(folder, file), 'utf8').split('\x1e').slice(0, -1).map(decodedMail)
  const parents = taken('parents')
  const mails = taken('mails').map((mail, i) => {
    // Where there is no parent mutt says so and stays on the mail.
    const parent = parents[i]?.id
    return { ...mail, parent: parent === mail.id ? null : (parent ?? 'none') }
  })
  return { mails, order: 'thread' }
}

function decodedMail(text) {
  const end = text.indexOf('\n\n')
  const header = (name) =>
    new RegExp(`^${name}: (.*(?:\\n[ \\t].*)*)`, 'im')
      .exec(text.slice(0, end))?.[1]
      ?.replace(/\n[ \t]+/g, ' ')
  const [, quoted, address] = /^(.*) <([^<>]+)>$/.exec(header('From') ?? '') ?? []
  return {
    id: header('Message-ID')?.slice(1, -1),
    subject: header('Subject'),
    name: quoted?.replace(/^"(.*)"$/, '$1'),
    address,
    date: Date.parse(header('Date') ?? '') / 1000,
    text: text.slice(end + 2),
  }
}

/** mblaze: `mdeliver` into a maildir, `mthread` for the tree (a blank a level), `mhdr` and `mshow` for each mail. */
export function mblaze(mailbox, folder) {
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(folder, 'maildir', name), { recursive: true })
  output(folder, 'mdeliver', ['-M', 'maildir'], { input: readFileSync(mailbox) })
  const files = readdirSync(join(folder, 'maildir/new')).map((name) => join('maildir/new', name))
  const rows = output(folder, 'mthread', ['-S', '/dev/null'], {
    input: `${files.sort(byDelivery).join('\n')}\n`,
  })
  const ancestors = []
  const mails = rows
    .trimEnd()
    .split('\n')
    .map((row) => {
      const file = row.trim()
      const depth = row.length - row.trimStart().length
      const header = (name) => output(folder, 'mhdr', ['-d', '-h', name, file]).trim()
      const [, quoted, address] = /^(.*) <([^<>]+)>$/.exec(header('from')) ?? []
      const id = header('message-id').slice(1, -1)
      ancestors.length = depth
      const parent = ancestors.at(-1) ?? null
      ancestors.push(id)
      const text = output(folder, 'mshow', ['-O', file, '1'])
      const date = Date.parse(header('date')) / 1000
      const name = quoted?.replace(/^"(.*)"$/, '$1')
      return { id, parent, subject: header('subject'), name, address, date, text }
    })
  return { mails, order: 'thread' }
}

/** `…Q12.host`: the twelfth mail that one delivery wrote. */
function byDelivery(a, b) {
  const numberIn = (name) => Number(/Q(\d+)\./.exec(name)?.[1] ?? 0)
  return numberIn(a) - numberIn(b)
}
