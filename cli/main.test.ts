import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { changeEnvironment } from '#lib/env.server.ts'
import { bundleCommand } from '../scripts/bundle.mjs'
import { childEnvironment } from '../scripts/child-environment.mjs'
import { coherent, explain } from './coherent.ts'

/** The command as it is run: bundled, in a process of its own; and what it answers, in this one. */
const root = join(import.meta.dirname, '..')
const program = join(root, 'dist/tested-command.mjs')
const folder = mkdtempSync(join(tmpdir(), 'coherent-command-'))
const long = join(folder, 'long.pml')
const broken = join(folder, 'broken.pml')

beforeAll(async () => {
  await bundleCommand('cli/main.ts', 'tested-command')
  // A counterexample of some 4,000 steps, which is more than a pipe holds.
  writeFileSync(long, 'int x; active proctype P() { do :: x < 4000 -> x++ :: else -> assert(false) od }')
  writeFileSync(broken, 'active proctype P() { x = 1 }')
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** No database and no data folder, whatever this machine has. */
const nowhere = { DATABASE_URL: undefined, COHERENT_DATA: folder, COHERENT_LOG: undefined }

async function run(
  args: readonly string[],
  options: { env?: Readonly<Record<string, string>>; restMs?: number } = {},
) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    env: childEnvironment({ ...nowhere, ...options.env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  const closed = once(child, 'close')
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  if (options.restMs !== undefined) await sleep(options.restMs)
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const [code] = await closed
  return { code, out, err }
}

/** The same in this process: a second less for each. */
async function call(args: readonly string[], env: Parameters<typeof changeEnvironment>[0] = {}) {
  const [out, err]: [string[], string[]] = [[], []]
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((line) => void out.push(`${line}\n`)),
    vi.spyOn(console, 'error').mockImplementation((line) => void err.push(`${line}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ]
  changeEnvironment({ ...nowhere, ...env })
  try {
    const code = await coherent(args).catch((error: unknown) => explain(error, args[0] ?? ''))
    return { code, out: out.join(''), err: err.join('') }
  } finally {
    for (const spy of spies) spy.mockRestore()
    changeEnvironment({
      ...nowhere,
      ...Object.fromEntries(Object.keys(env).map((name) => [name, undefined])),
    })
  }
}

const VERBS: readonly [name: string, options: readonly string[], refused: readonly (readonly string[])[]][] =
  [
    ['backup', ['--help'], [[], ['a', 'b'], ['a', '--replace']]],
    ['restore', ['--replace'], [[], ['a', 'b']]],
    [
      'publish',
      ['--shipped', '--visibility', '--as'],
      [[], ['/nowhere'], ['content', '--as', 'a@b.example', '--shipped']],
    ],
    [
      'export',
      ['--mbox', '--text', '--threads', '--eml-dir', '--url'],
      [
        [],
        ['a', 'b'],
        ['a', '--url', 'here'],
        ['content', '--threads'],
        ['a', '--mbox', '--text'],
        ['a', '--eml-dir'],
      ],
    ],
    ['gate', ['--json', '--all'], [[], ['a', 'b']]],
    [
      'new',
      ['--title', '--area', '--author', '--to', '--questionnaire'],
      [[], ['a', 'b'], ['/tmp', '--author', 'nobody']],
    ],
    [
      'import-design',
      ['--title', '--area', '--author', '--to', '--as'],
      [[], ['a'], ['a', 'b', 'c'], ['/nowhere.md', 'b'], ['/tmp', 'b'], ['a', 'b', '--as', 'poem']],
    ],
    [
      'push',
      ['--publish', '--message', '--slug', '--visibility', '--unfinished', '--site'],
      [[], ['a', 'b'], ['/nowhere'], ['content', '-m', 'x'], ['content', '--slug', '../x'], ['content']],
    ],
    [
      'pull',
      ['--threads', '--site'],
      [[], ['a'], ['../a', 'b'], ['futex', '/nowhere'], ['futex', 'b', '--site', 'here']],
    ],
    ['threads', ['--site', '--all', '--json'], [[], ['../a'], ['futex', 'b'], ['futex']]],
    ['reply', ['--key', '--site'], [[], ['futex#1'], ['futex', '-'], ['futex#0', '-']]],
    [
      'answer',
      ['--claim', '--in', '--key', '--site'],
      [[], ['futex'], ['futex#1'], ['futex#1', '--claim', 'x'], ['futex#1', '--in', '2']],
    ],
    ['preview', ['--port'], [[], ['a', 'b'], ['/nowhere'], ['content', '--port', 'x']]],
    ['check', ['--fix', '--dry-run', '--json'], [[], ['/nowhere'], ['content', '/nowhere']]],
    ['import', ['--rfc', '--leave-unknown', '--json'], [[], ['a', 'b'], ['nowhere.mbox']]],
    [
      'send',
      ['--reflect', '--as', '--to', '--also', '--dry-run'],
      [[], ['a/v1'], ['../a', '--as', 'a@b.example'], ['a', '--as']],
    ],
    [
      'verify',
      ['--property', '--max-states', '--json', '--spin', '--mutate', '--reduce'],
      [[], ['nowhere.pml'], ['a', 'b'], ['a', '--max-states', 'many'], ['a', '--engine', 'steam']],
    ],
    [
      'mail-token',
      ['--list', '--revoke'],
      [[], ['  '], ['a', 'b'], ['a', '--list'], ['--list', '--mail-server']],
    ],
    [
      'role',
      ['--take', '--invite'],
      [
        [],
        ['a', 'b'],
        ['a', 'b', 'king'],
        ['a', '--take'],
        ['a', 'b', 'reader', '--invite'],
        ['a', 'b', 'c', 'd'],
      ],
    ],
    ['visibility', ['--help'], [[], ['a', 'secret'], ['a', 'public', 'b']]],
    ['block', ['--reason', '--end'], [[], ['a'], ['a', '--end', '--reason', 'x'], ['a', 'b', '--end']]],
    [
      'drop',
      ['--sender', '--bringer', '--as', '--reason', '--unproved', '--yes'],
      [
        [],
        ['--sender', 'a'],
        ['--as', 'a'],
        ['--sender', 'a', '--bringer', 'b', '--as', 'c'],
        ['--sender', 'a', '--as', 'b', '--yes'],
      ],
    ],
    [
      'pin',
      ['--words', '--as'],
      [
        [],
        ['a', '1'],
        ['a', '1', 'b'],
        ['a', 'one', 'b', '--as', 'c@d.example'],
        ['../a', '1', 'b', '--as', 'c@d.example'],
        ['a', '1', 'b', 'c', '--as', 'c@d.example'],
      ],
    ],
    ['address-link', ['--help'], [[], ['a', 'b']]],
    ['reset-link', ['--url'], [[], ['a', 'b'], ['a', '--url', 'here']]],
    ['first-admin', ['--url'], [['a'], ['--url', 'here']]],
    ['ports', ['--write'], [[], ['a', 'b']]],
    ['upgrade', ['--help'], [['a']]],
    ['check-stored', ['--help'], [['a']]],
    [
      'verify-events',
      ['--has', '--help'],
      [
        ['a', 'b'],
        ['a', '--has', 'x'],
      ],
    ],
  ]

describe.each(VERBS)('coherent %s', (name, options, refused) => {
  test('has help that names its options, also where the environment is wrong', async () => {
    const { code, out, err } = await call([name, '--help'], { PORT: '99999' })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(new RegExp(`^coherent ${name}\\b`))
    for (const option of options) expect(out).toContain(` ${option}`)
  })

  test('refuses an unknown option with 3, and names the nearest', async () => {
    const [option = ''] = options
    const { code, out, err } = await run([
      name,
      'x',
      `${option.slice(0, -2)}${option.slice(-1)}${option.slice(-2, -1)}`,
    ])
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(err.split('\n')[0]).toContain(`did you mean ${option}?`)
    const far = await call([name, 'x', '--frobnicate'])
    expect(far.code).toBe(3)
    expect(far.err.split('\n')[0]).toMatch(/there is no option --frobnicate/)
  })

  test.each(refused.map((args) => [args]))('refuses %j with 3 and a sentence', async (args) => {
    const { code, out, err } = await call([name, ...args])
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(err.split('\n')[0]).toMatch(new RegExp(`^coherent ${name}: .{8,}`))
  })
})

test('every verb of the help is in the table of this test', async () => {
  const { out } = await call([])
  const listed = [...out.matchAll(/^ {2}coherent (\S+)/gm)].map(([, name]) => name)
  expect(listed.toSorted()).toEqual(VERBS.map(([name]) => name).sort())
  expect((await call(['--help'])).out).toBe(out)
})

test('the version is that of the package, with the commit where it is known', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { code, out, err } = await run(['--version'])
  expect(out.replace(/ \([0-9a-f]{12}\)/, '')).toBe(`${version}\n`)
  expect({ code, err }).toEqual({ code: 0, err: '' })
})

test('an unknown verb is 3, with the nearest', async () => {
  const { code, err } = await call(['exprot'])
  expect({ code, err }).toEqual({
    code: 3,
    err: 'coherent: there is no verb exprot; did you mean export? (coherent --help)\n',
  })
})

test('nonsense in the environment is 3 and a sentence for each variable, except for the checker, which reads none', async () => {
  const env = { PORT: '99999', COHERENT_SECRET: 'too short', COHERENT_LISTS: 'x' }
  const { code, err } = await call(['mail-token', '--list'], env)
  expect(code).toBe(3)
  expect(err.trim().split('\n')).toHaveLength(3)
  expect(err).toContain('PORT=99999 is not a port number')
  expect((await call(['verify', broken], env)).err).not.toContain('PORT')
})

test('without a database a verb that needs one could not be done: 4, and what to do', async () => {
  const { code, err } = await call(['mail-token', '--list'])
  expect(code).toBe(4)
  expect(err).toContain('there is no database: start the app with `npm start`, or set DATABASE_URL')
  const away = await run(['first-admin'], {
    env: { DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:1/db', COHERENT_ULR: 'x' },
  })
  expect(away.err).toContain('did you mean COHERENT_URL?')
  expect(away.err).not.toMatch(/^\s+at /m)
  expect(away.code).toBe(4)
  expect(away.err).toContain('does not answer')
  expect(away.err).not.toContain('hunter2')
})

test('what a pipe cannot hold is written to its end, however slowly it is read', async () => {
  const { code, out } = await run(['verify', long, '--json'], { restMs: 1500 })
  expect(code).toBe(1)
  expect(out.length).toBeGreaterThan(128 * 1024)
  expect(JSON.parse(out)).toMatchObject({ verdict: 'violated' })
})

test('a reader that goes away ends it without a complaint', async () => {
  const child = spawn(process.execPath, [program, 'verify', long, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  child.stdout.destroy()
  const [code] = await once(child, 'close')
  expect({ code, err }).toEqual({ code: 4, err: '' })
})
