#!/usr/bin/env node
/**
 * `coherent restore DIR`: puts a backup where the next start finds it. Everything is compared with the backup's list first, and
 * what is there already is never written over: it is refused, or with `--replace` set aside under another name.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { copyFile, makeDurable, requireWhole, targetFailure } from './backup.mjs'
import { lockDataFolder } from './data-folder.mjs'
import { placeOf, runningServer } from './embedded-postgres.mjs'
import { readEnvironment } from './environment.mjs'
import { ROOT, reportFailure, StartFailure, say, WRONG_USE } from './steps.mjs'

function readBackup(folder) {
  let text
  try {
    text = readFileSync(join(folder, 'backup.json'), 'utf8')
  } catch {
    throw new StartFailure(
      `${folder} is no backup of this command, or one that was not finished: it has no backup.json.`,
      WRONG_USE,
    )
  }
  try {
    const { at, coherent, postgres, files } = JSON.parse(text)
    if (typeof files !== 'object' || files['postgres/PG_VERSION'] === undefined)
      throw new TypeError('no list')
    // The list says where to write: nothing of it may lead out of the folder.
    for (const name of Object.keys(files))
      if (name.startsWith('/') || name.split('/').includes('..')) throw new TypeError('outside')
    return { at, coherent, postgres, files }
  } catch {
    throw new StartFailure(`${join(folder, 'backup.json')} cannot be read: this backup is damaged.`)
  }
}

/** The cluster of the backup as a new folder beside its place, owned by whom Postgres runs as. */
function layOut(folder, files, fresh, user) {
  const own = (path, mode) => {
    chmodSync(path, mode)
    if (user.uid !== undefined) chownSync(path, user.uid, user.gid)
  }
  const walk = (from, to) => {
    mkdirSync(to, { mode: 0o700 })
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)]
      if (entry.isDirectory()) walk(source, target)
      // What the list does not have was put there by somebody else.
      else if (files[source.slice(folder.length + 1)] && copyFile(source, target)) own(target, 0o600)
    }
    own(to, 0o700)
  }
  walk(join(folder, 'postgres'), fresh)
}

export async function restore(folder, dataRoot, isReplacing) {
  const { files, at, coherent, postgres } = readBackup(folder)
  const { root, user, binaries } = await placeOf(dataRoot)
  const cluster = join(root, 'postgres')
  const ours = /(\d+)/.exec(
    spawnSync(binaries.postgres, ['--version'], { ...user, cwd: '/', encoding: 'utf8' }).stdout,
  )?.[1]
  if (ours !== postgres)
    throw new StartFailure(
      `The backup is of Postgres ${postgres}, and this checkout has ${ours}: restore it with a checkout that has ${postgres}.`,
    )
  const unlock = lockDataFolder(dataRoot, { what: 'A backup is being restored to this data' })
  const fresh = join(root, `postgres.restored-${process.pid}`)
  try {
    if (runningServer(cluster))
      throw new StartFailure(
        `A Postgres runs on ${cluster}: start and stop the app, which ends it, and come again.`,
      )
    const isThere = existsSync(cluster)
    if (isThere && !isReplacing)
      throw new StartFailure(
        `There is a database in ${cluster} already, and nothing was changed. Name another folder in COHERENT_DATA, or add --replace: then what is there is kept beside it under another name.`,
        WRONG_USE,
      )
    requireWhole(folder, files)
    mkdirSync(root, { recursive: true })
    layOut(folder, files, fresh, user)
    makeDurable(fresh)
    const aside = `${cluster}.before-restore-${Date.now()}`
    if (isThere) renameSync(cluster, aside)
    renameSync(fresh, cluster)
    const secret = join(dataRoot, 'session.secret')
    if (files['session.secret']) {
      if (existsSync(secret)) renameSync(secret, `${secret}.before-restore-${Date.now()}`)
      copyFile(join(folder, 'session.secret'), secret)
    }
    makeDurable(dataRoot)
    if (root !== dataRoot) makeDurable(root)
    return { at, coherent, aside: isThere ? aside : null, cluster }
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    throw targetFailure(error, root)
  } finally {
    unlock()
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    const { COHERENT_DATA, DATABASE_URL } = await readEnvironment()
    if (DATABASE_URL)
      throw new StartFailure(
        'DATABASE_URL names a server of your own: restore it with pg_restore (docs/operating.md, Backup).',
        WRONG_USE,
      )
    const done = await restore(
      resolve(process.argv[2]),
      resolve(ROOT, COHERENT_DATA),
      process.argv.includes('--replace'),
    )
    say(`restored what was backed up at ${done.at} to ${done.cluster}; the next start recovers it`)
    if (done.aside) say(`what was there is in ${done.aside}`)
  } catch (error) {
    process.exitCode = reportFailure(error)
  }
}
