import 'server-only'
import { holdLock } from '#lib/db.server.ts'
import type { MailSettings } from '#lib/environment/mail-settings.ts'
import { type Log, log as ourLog } from '#lib/log.server.ts'
import { SmtpSession } from '#lib/mail/shell/send-mail.ts'
import {
  beginSending,
  type DueMail,
  envelopeSender,
  findCutOff,
  finishSending,
  nextDue,
  noteUnreachable,
  resolveUnknown,
  unknownMails,
} from './outbox.server.ts'
import { reconnectDelayMs } from './retry.ts'

/**
 * The loop that empties the outbox, in the process of the app. Of several instances on one database a single one sends:
 * who holds an advisory lock, on a connection of its own, so that the lock goes with the process however that ends.
 *
 * One mail at a time, one recipient at a time: a review sends a few hundred mails a day, and a queue in order is easier to
 * trust than a fast one.
 */
export type Outbox = {
  /** Something was queued: look now. */
  readonly nudge: () => void
  /** Takes no new mail, waits for the one that is on its way, gives the lock back. */
  readonly stop: () => Promise<void>
}

export type OutboxOptions = {
  /** How long an empty outbox rests. */
  readonly restMs?: number
  /** Whether an archive shows the mail. */
  readonly look?: (url: string) => Promise<'there' | 'absent' | 'no-answer'>
  readonly lookEveryMs?: number
  /** How long an archive may take to show a mail before it counts as lost. */
  readonly patienceMs?: number
  readonly now?: () => Date
  readonly log?: Pick<Log, 'info' | 'warn' | 'error'>
  /** More that the leader has done now and then, beside its mails: comments that follow to the list, digests. */
  readonly chores?: () => Promise<void>
}

/** `pg_try_advisory_lock` takes one number; this one is "coherent outbox" to nobody else. */
const LOCK = 7_030_114_001n
const LOOK_TIMEOUT_MS = 10_000

export function startOutbox(settings: MailSettings, options: OutboxOptions = {}): Outbox {
  const { restMs = 2000, look = lookAt, patienceMs = 30 * 60_000, now = () => new Date() } = options
  const { lookEveryMs = 60_000, log = ourLog } = options
  let isStopping = false
  let wake = () => {}
  let session: SmtpSession | null = null
  let choring: Promise<void> | null = null
  let failedChores = 0
  let choresDueAt = 0
  const rest = (ms: number) =>
    new Promise<void>((done) => {
      if (isStopping) return done()
      const timer = setTimeout(done, ms)
      timer.unref()
      wake = () => {
        clearTimeout(timer)
        done()
      }
    })

  async function run(): Promise<void> {
    while (!isStopping) {
      try {
        const lock = await holdLock(LOCK)
        if (lock) await lead(lock).finally(() => lock.release())
        else await rest(15 * restMs)
      } catch (error) {
        // The database was away: nothing is known to be wrong with the mails.
        log.warn('the outbox waits for the database', { error })
        await rest(5 * restMs)
      }
    }
  }

  async function lead(lock: { readonly isHeld: () => boolean }): Promise<void> {
    const cutOff = await findCutOff()
    if (cutOff > 0)
      log.warn('mails were on their way when the program ended: see the page of sent mail', { mails: cutOff })
    let failures = 0
    let lastSentAt = 0
    let lookedAt = 0
    while (!isStopping && lock.isHeld()) {
      if (Date.now() - lookedAt >= lookEveryMs) {
        lookedAt = Date.now()
        await lookForUnknown()
      }
      if (Date.now() >= choresDueAt) startChores()
      const due = await nextDue(now())
      if (!due) {
        session?.close()
        session = null
        await rest(restMs)
        continue
      }
      const wait = lastSentAt + 60_000 / settings.perMinute - Date.now()
      if (wait > 0) await rest(wait)
      if (isStopping || !lock.isHeld()) break
      lastSentAt = Date.now()
      failures = (await send(due, failures)) ? 0 : failures + 1
      if (failures > 0) await rest(reconnectDelayMs(failures))
    }
    session?.close()
    session = null
  }

  /**
   * They may take long: the mails that wait do not wait for them, and there is one round at a time. One that failed, mostly since
   * the database was away or slow, is made again sooner than the next would be.
   */
  function startChores(): void {
    if (choring || isStopping) return
    choresDueAt = Date.now() + lookEveryMs
    choring = (options.chores?.() ?? Promise.resolve())
      .then(
        () => {
          failedChores = 0
        },
        (error: unknown) => {
          const pause = 5 * restMs * 2 ** Math.min(failedChores, 10)
          failedChores += 1
          choresDueAt = Math.min(choresDueAt, Date.now() + pause)
          log.error('a chore of the outbox failed', { error })
        },
      )
      .finally(() => {
        choring = null
        wake()
      })
  }

  /** False when no server could be reached. */
  async function send(due: DueMail, failures: number): Promise<boolean> {
    if (!session?.isUsable) {
      const opened = await SmtpSession.open(settings.server)
      if (!opened.ok) {
        // What it said is on the page of sent mail: it may name whom the mail is for.
        if (failures === 0)
          log.warn('no mail server answers', { host: settings.server.host, recipient: due.id })
        await noteUnreachable(due, `no mail server: ${opened.error}`)
        return false
      }
      session = opened.value
    }
    let isDropped = false
    const beforeData = async () => {
      isDropped = !(await beginSending(due.id))
      if (isDropped) throw new Error('it was taken back')
    }
    const delivery = await session.deliver(
      { from: envelopeSender(due, settings.bounceAddress), to: due.address },
      due.bytes,
      beforeData,
    )
    if (!isDropped) await finishSending(due, delivery, now())
    return true
  }

  async function lookForUnknown(): Promise<void> {
    for (const { id, messageId, address, since } of await unknownMails(20)) {
      const archive = settings.archives.get(address)
      if (archive === undefined) continue
      const found = await look(archive.replaceAll('{id}', encodeURIComponent(messageId)))
      if (found === 'there') await resolveUnknown(id, 'arrived', 'seen in the archive of the list')
      else if (found === 'absent' && now().getTime() - since.getTime() > patienceMs) {
        await resolveUnknown(id, 'lost', 'the archive of the list does not have it')
      }
    }
  }

  const done = run()
  return {
    nudge: () => wake(),
    stop: async () => {
      isStopping = true
      wake()
      await done
      await choring
    },
  }
}

async function lookAt(url: string): Promise<'there' | 'absent' | 'no-answer'> {
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(LOOK_TIMEOUT_MS) })
    if (response.ok) return 'there'
    return response.status === 404 ? 'absent' : 'no-answer'
  } catch {
    return 'no-answer' // an archive that is away says nothing about a mail
  }
}
