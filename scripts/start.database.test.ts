import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { env } from '#lib/env.server.ts'
import { childEnvironment } from './child-environment.mjs'

/**
 * The launcher on a machine that is not as it should be. Each start here ends before anything is built: what is
 * tested is that it says what happened and what to do, and leaves nothing behind.
 */
const ROOT = join(import.meta.dirname, '..')

type Ended = { code: number | null; output: string }

function start(env: Record<string, string>, options: { uid?: number; gid?: number } = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env: childEnvironment({ DATABASE_URL: undefined, ...env }),
    ...options,
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((done) => child.on('exit', (code) => done({ code, output })))
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coherent-start-'))
  chmodSync(folder, 0o755)
  return folder
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

const nobody = { uid: 65534, gid: 65534 }
const isRoot = process.getuid?.() === 0

test.each([
  ['nothing answers there', 'postgresql://u:secret@127.0.0.1:1/db'],
  ['there is no host of that name', 'postgresql://u:secret@no-such-host.invalid/db'],
])('a DATABASE_URL that is wrong (%s) is told without its password', async (words, url) => {
  const folder = temporaryFolder()
  const { code, output } = await start({
    DATABASE_URL: url,
    COHERENT_DATA: folder,
    PORT: String(await freePort()),
  })
  expect(output).toContain(words)
  expect(output).toContain('DATABASE_URL')
  expect(output).not.toContain('secret@')
  expect(output).not.toMatch(/\n\s+at /)
  expect(code).toBe(4)
  expect(readdirSync(folder)).not.toContain('launcher.json')
  rmSync(folder, { recursive: true })
})

test('a wrong password in DATABASE_URL is told', async () => {
  const url = new URL(env.databaseUrl)
  url.password = 'wrong'
  const folder = temporaryFolder()
  const { output } = await start({
    DATABASE_URL: url.href,
    COHERENT_DATA: folder,
    PORT: String(await freePort()),
  })
  expect(output).toContain('the password is wrong')
  rmSync(folder, { recursive: true })
})

test('a taken port is told before anything is started', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => holder.once('listening', done))
  const address = holder.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const folder = temporaryFolder()
  const { code, output } = await start({ COHERENT_DATA: folder, PORT: String(port) })
  expect(output).toContain(`Port ${port} is taken`)
  expect(output).toContain('PORT=3001')
  expect(code).toBe(4)
  expect(existsSync(join(folder, 'postgres'))).toBe(false)
  holder.close()
  rmSync(folder, { recursive: true })
})

test('nonsense in the environment ends the start with a sentence for each variable, and nothing is touched', async () => {
  const folder = temporaryFolder()
  const { code, output } = await start({
    COHERENT_DATA: folder,
    PORT: '99999',
    DATABASE_URL: 'mysql://u:secret@127.0.0.1/db',
    COHERENT_LISTS: 'a.example',
    COHERENT_URL: '',
    COHERENT_ULR: 'https://rfc.example.org',
  })
  expect(output).toContain('PORT=99999 is not a port number')
  expect(output).toContain('DATABASE_URL is not the address of a Postgres')
  expect(output).toContain('COHERENT_LISTS=a.example names no list')
  expect(output).toContain('COHERENT_URL is empty')
  expect(output).toContain('did you mean COHERENT_URL?')
  expect(output).not.toContain('secret@')
  expect(output).not.toMatch(/\n\s+at /)
  expect(code).toBe(3)
  expect(readdirSync(folder)).toEqual([])
  rmSync(folder, { recursive: true })
})

test('a second start on the same data names the first and changes nothing', async () => {
  const folder = temporaryFolder()
  // This test's own process stands for a launcher that runs.
  const stat = spawnSync('cat', [`/proc/${process.pid}/stat`], { encoding: 'utf8' }).stdout
  const born = stat.split(') ').pop()?.split(' ')[19]
  writeFileSync(join(folder, 'launcher.json'), JSON.stringify({ pid: process.pid, born, port: '3333' }))
  const { code, output } = await start({ COHERENT_DATA: folder, PORT: String(await freePort()) })
  expect(output).toContain('Coherent runs on this data already: http://localhost:3333')
  expect(code).toBe(4)
  expect(readdirSync(folder)).toEqual(['launcher.json'])
  rmSync(folder, { recursive: true })
})

test('the lock of a launcher that was killed does not keep the next one out', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'launcher.json'), JSON.stringify({ pid: process.pid, born: '1', port: '3333' }))
  const { output } = await start({
    DATABASE_URL: 'postgresql://u@127.0.0.1:1/db',
    COHERENT_DATA: folder,
    PORT: String(await freePort()),
  })
  expect(output).toContain('DATABASE_URL')
  expect(output).not.toContain('already')
  rmSync(folder, { recursive: true })
})

test.skipIf(!isRoot)(
  'a data folder that this user cannot write is named (needs root, to become another user)',
  async () => {
    const folder = temporaryFolder()
    const data = join(folder, 'data')
    mkdirSync(data, { mode: 0o555 })
    const { code, output } = await start({ COHERENT_DATA: data, PORT: String(await freePort()) }, nobody)
    expect(output).toContain(`The data folder ${data} cannot be written`)
    expect(output).toContain('COHERENT_DATA')
    expect(code).toBe(4)
    rmSync(folder, { recursive: true })
  },
)

/** Mounts `size` of memory; undefined where mounting is not allowed (no root, no capability). */
function mountSmall(size: string): string | undefined {
  const folder = temporaryFolder()
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], {
    stdio: 'ignore',
  })
  if (status === 0) return folder
  rmSync(folder, { recursive: true })
  return undefined
}

function unmount(folder: string): void {
  spawnSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
}

const canMount = (() => {
  const folder = mountSmall('4k')
  if (folder) unmount(folder)
  return folder !== undefined
})()

test.skipIf(!canMount).each([
  ['at once', '4k'],
  ['while the database is created', '8m'],
])('a disk that is full %s is told, and nothing half made is left (needs to mount one)', async (_, size) => {
  const folder = mountSmall(size)
  if (!folder) throw new Error('mounted a moment ago, and now no more')
  try {
    if (size === '4k') writeFileSync(join(folder, 'fill'), Buffer.alloc(4096))
    const { code, output } = await start({ COHERENT_DATA: folder, PORT: String(await freePort()) })
    expect(output).toContain('No space left')
    expect(output).toContain('COHERENT_DATA')
    expect(code).toBe(4)
    expect(readdirSync(folder).filter((name) => name !== 'fill')).toEqual([])
  } finally {
    unmount(folder)
  }
})
