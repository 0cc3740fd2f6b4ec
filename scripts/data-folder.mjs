/**
 * The data folder: the embedded Postgres and where it answers, the secret that signs sessions, and the lock of the
 * running launcher.
 *
 * The lock is a file with the launcher's pid and the time that process began, so that neither a launcher that was
 * killed nor another process that got its pid later keeps the next start out.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from './steps.mjs'

/** Words for a folder that cannot be written; any other error as it is. */
export function folderFailure(error, folder) {
  if (['EACCES', 'EROFS', 'EPERM'].includes(error.code)) {
    return new StartFailure(
      `The data folder ${folder} cannot be written (${error.code}). Make it writable for this user, or name another one in COHERENT_DATA.`,
    )
  }
  if (['ENOSPC', 'EDQUOT'].includes(error.code)) {
    return new StartFailure(
      `No space left for the data folder ${folder}. Free some, or name another folder in COHERENT_DATA. Nothing was changed.`,
    )
  }
  return error
}

/** When process `pid` began, in the kernel's ticks; '' where that is not known (not Linux), null when it is gone. */
function processBirth(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code !== 'EPERM') return null
  }
  if (process.platform !== 'linux') return ''
  try {
    // The 22nd field of /proc/<pid>/stat; the second may hold spaces, so count behind its closing bracket.
    const [state, ...rest] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ')
    return state === 'Z' ? null : rest[18]
  } catch {
    return null
  }
}

/**
 * Takes the folder for this process; throws a StartFailure that names the holder when another one runs. `who` is what is
 * said of it then: the port of a launcher, or what else works on this data.
 */
export function lockDataFolder(folder, who) {
  const lock = join(folder, 'launcher.json')
  const mine = `${lock}.${process.pid}`
  try {
    try {
      mkdirSync(folder, { recursive: true })
      writeFileSync(mine, JSON.stringify({ pid: process.pid, born: processBirth(process.pid), ...who }))
    } catch (error) {
      throw folderFailure(error, folder)
    }
    for (let tries = 0; tries < 3; tries++) {
      try {
        linkSync(mine, lock) // atomic: of two at the same time, one gets the name
        return () => rmSync(lock, { force: true })
      } catch (error) {
        if (error.code !== 'EEXIST') throw folderFailure(error, folder)
      }
      const holder = readHolder(lock)
      if (holder && processBirth(holder.pid) === holder.born) {
        const what = holder.port
          ? `Coherent runs on this data already: http://localhost:${holder.port}`
          : holder.what
        throw new StartFailure(
          `${what} (process ${holder.pid}). Stop it first, or name another folder in COHERENT_DATA.`,
        )
      }
      rmSync(lock, { force: true }) // of a launcher that was killed
    }
    throw new StartFailure(`The lock ${lock} changes hands all the time: is another start running?`)
  } finally {
    rmSync(mine, { force: true })
  }
}

function readHolder(lock) {
  try {
    return JSON.parse(readFileSync(lock, 'utf8'))
  } catch {
    return null // gone meanwhile, or cut off by a full disk
  }
}

/**
 * Where the embedded Postgres of this start answers, for the `coherent` command in another terminal. Left behind when
 * the start ends: then nothing answers there, and the command says so.
 */
export function keepDatabaseUrl(folder, url) {
  try {
    rmSync(join(folder, 'database.url'), { force: true }) // its mode would stay
    writeFileSync(join(folder, 'database.url'), `${url}\n`, { mode: 0o600 })
  } catch (error) {
    throw folderFailure(error, folder)
  }
}

/** Signs sessions: made once, then kept, or every restart would sign everybody out. */
export function sessionSecret(folder) {
  const file = join(folder, 'session.secret')
  try {
    if (existsSync(file)) {
      const kept = readFileSync(file, 'utf8').trim()
      if (kept.length >= 32) return kept
    }
    const made = randomBytes(32).toString('base64url')
    writeFileSync(file, `${made}\n`, { mode: 0o600 })
    return made
  } catch (error) {
    throw folderFailure(error, folder)
  }
}
