import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import { type ActingLine, actingLines, type TrailerKey } from '#lib/mail/import/acting-lines.ts'
import { type ActRefusal, REFUSAL_WORDS } from '#lib/mail/import/may-act.ts'
import { unreachable } from '#lib/result.ts'
import { Refused } from '#lib/review/acts/act.server.ts'
import { changeThreadIn, stateConditionIn } from '#lib/review/acts/change-thread.server.ts'
import { RefusedHere } from '#lib/review/acts/proposal-act.server.ts'
import { placeHoldIn, withdrawIn, writeStance } from '#lib/review/acts/take-stance.server.ts'
import { can, type Viewer } from '#lib/review/person/permission.ts'
import { standingIn } from '#lib/review/person/standing.server.ts'
import { describeProposalFailure } from '#lib/review/proposal/failure.ts'
import {
  STANCES,
  type StanceValue,
  stanceRefusal,
  standingStances,
  WRITEUPS,
} from '#lib/review/stance/stance.ts'
import { describeFailure } from '#lib/review/thread/thread.ts'
import { stancesOf } from '#lib/review/turn/facts.server.ts'

/**
 * What the lines of mails do, in the transaction that stores the mails: each by the same act, the same table and the same
 * writer as a button of the page. One that may not do it, or says nothing that is understood, changes nothing, and what came of each
 * line is kept with the mail in a sentence.
 */
export type ActingMail = {
  readonly mailId: string
  readonly messageId: string
  readonly proposalId: string
  readonly revisionId: string
  readonly revision: number
  /** Of the series: 0 is the cover; null: of none. */
  readonly part: number | null
  readonly person: string
  readonly address: string
  /** Why none of its lines does anything; null: they may. */
  readonly refusal: ActRefusal | null
  readonly answers: readonly {
    readonly commentId: string
    readonly threadId: string
    readonly text: string
  }[]
}

export async function actByMails(tx: Transaction, mails: readonly ActingMail[], now: Date): Promise<void> {
  for (const mail of mails) {
    const done: { line: string; did: boolean; says: string }[] = []
    for (const answer of mail.answers) {
      const lines = actingLines(answer.text)
      for (const line of lines) {
        // Of a trailer that does nothing its own note says so already.
        if (mail.refusal && line.act === 'trailer') continue
        const made = mail.refusal
          ? { did: false, says: REFUSAL_WORDS[mail.refusal] }
          : await tried(tx, () => actByLine(tx, mail, answer, line, lines, now))
        if (made) done.push({ line: line.line.slice(0, 4000), ...made })
      }
    }
    if (done.length === 0) continue
    await tx.mailAct.createMany({
      data: done.map((one, ord) => ({ ...one, mailId: mail.mailId, ord, at: now })),
      skipDuplicates: true,
    })
  }
}

type Made = { readonly did: boolean; readonly says: string } | null
const did = (says: string): Made => ({ did: true, says })
const not = (says: string): Made => ({ did: false, says })

/** What an act refuses leaves nothing behind, and takes neither the mail nor the other lines with it. */
async function tried(tx: Transaction, work: () => Promise<Made>): Promise<Made> {
  await tx.$executeRaw`SAVEPOINT line_of_mail`
  try {
    const made = await work()
    await tx.$executeRaw`RELEASE SAVEPOINT line_of_mail`
    return made
  } catch (error) {
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT line_of_mail`
    if (error instanceof Refused) return not(describeFailure(error.failure))
    if (error instanceof RefusedHere) return not(describeProposalFailure(error.failure))
    throw error
  }
}

const DONE = {
  resolve: 'is resolved',
  keep: 'is kept open',
  reopen: 'is open again',
  lessen: 'is an issue now',
} as const

async function actByLine(
  tx: Transaction,
  mail: ActingMail,
  answer: ActingMail['answers'][number],
  line: ActingLine,
  all: readonly ActingLine[],
  now: Date,
): Promise<Made> {
  const { proposalId, person: actor, messageId } = mail
  await tx.$executeRaw`SELECT set_config('app.actor', ${actor}, true)`
  const person = await tx.person.findUnique({
    where: { id: actor },
    select: { name: true, administrator: true, blockedAt: true },
  })
  if (!person || person.blockedAt) return not('This account is blocked.')
  const viewer: Viewer = { personId: actor, name: person.name, administrator: person.administrator }
  const standing = await standingIn(viewer, proposalId, [], tx)
  switch (line.act) {
    case 'unclear':
      return not(`Not understood: ${line.why}.`)
    case 'condition':
      // Said with its objection, or of one that was raised without it.
      if (all.some((one) => one.act === 'objection' || (one.act === 'trailer' && one.key === 'Nacked-by')))
        return null
      await stateConditionIn(tx, {
        viewer,
        actor,
        threadId: answer.threadId,
        condition: line.words,
        mail: messageId,
        now,
      })
      return did('It says what would clear the objection.')
    case 'objection':
      // The thread was opened as one, where that may be (`judge.server.ts`).
      return objected(tx, answer, actor)
    case 'thread': {
      const thread = await tx.thread.findUnique({
        where: { proposalId_number: { proposalId, number: line.thread } },
        select: { id: true },
      })
      if (!thread) return not(`There is no thread #${line.thread} in this proposal.`)
      const said = await commentIn(tx, answer, thread.id)
      if (line.does === 'keep' && !said)
        return not(`Say what is missing in an answer in thread #${line.thread}, with this line below it.`)
      const brought = { mail: messageId, ...(said ? { said } : {}) }
      await changeThreadIn(tx, { viewer, actor, threadId: thread.id, wish: line.does, brought, now })
      return did(`Thread #${line.thread} ${DONE[line.does]}.`)
    }
    case 'hold': {
      if (!can(viewer, 'place-hold', standing)) throw new RefusedHere('forbidden')
      const until = new Date(`${line.until}T23:59:59Z`)
      const reason = answer.text.slice(0, 2000)
      await placeHoldIn(tx, { proposalId, actor, reason, until, mail: messageId, now })
      return did(`It is held until ${line.until}.`)
    }
    case 'withdraw': {
      const value = VALUE[line.key]
      const own = standingStances(await stancesOf(tx, proposalId)).filter(
        (one) => one.person === actor && one.value === value,
      )
      const last = own.at(-1)
      if (!last) return not(`No ${line.key} of this sender stands.`)
      await withdrawIn(tx, { proposalId, actor, stance: last.id, mail: messageId, now })
      return did(`The ${line.key} is taken back.`)
    }
    case 'concern':
    case 'recuse':
      return stance(line.act, line.words, null)
    case 'trailer':
      if (line.address !== mail.address.toLowerCase()) return not('It names somebody else than the sender.')
      return stance(VALUE[line.key], answer.text.slice(0, 2000), line.line.slice(0, 500))
    default:
      return unreachable(line)
  }

  async function stance(value: StanceValue, words: string, trailer: string | null): Promise<Made> {
    if (!can(viewer, value === 'nacked_by' ? 'nack' : 'take-stance', standing))
      throw new RefusedHere('forbidden')
    const refusal = stanceRefusal(value, words, { isAuthor: standing.roles.includes('author') })
    if (refusal) throw new RefusedHere(refusal)
    const writeups = writeupsOf(mail.part)
    await writeStance(tx, {
      ...{ proposalId, revisionId: mail.revisionId, revision: mail.revision, actor, value, writeups, words },
      ...{ trailer, origin: 'mail' as const, mail: messageId, now },
    })
    const of = writeups.length === 0 ? 'all write-ups' : writeups.join(', ')
    const blocks = value === 'nacked_by' ? await objected(tx, answer, actor) : null
    return did(`The sender ${STANCES[value].words} (${of}).${blocks ? ` ${blocks.says}` : ''}`)
  }
}

const VALUE: Readonly<Record<TrailerKey, StanceValue>> = {
  'Acked-by': 'acked_by',
  'Reviewed-by': 'reviewed_by',
  'Tested-by': 'tested_by',
  'Nacked-by': 'nacked_by',
}

/** On the cover it is said of all of them, on a part of that one. */
function writeupsOf(part: number | null): string[] {
  const writeup = part === null || part === 0 ? undefined : WRITEUPS[part - 1]
  return writeup === undefined ? [] : [writeup]
}

async function objected(
  tx: Transaction,
  { threadId }: { threadId: string },
  actor: string,
): Promise<{ did: boolean; says: string }> {
  const thread = await tx.thread.findUniqueOrThrow({
    where: { id: threadId },
    select: { number: true, kind: true, openedBy: true, clearCondition: true },
  })
  if (thread.kind !== 'objection' || thread.openedBy !== actor)
    return {
      did: false,
      says: 'An objection is raised by a reviewer, in an answer to the cover or to a passage of the text, and not to a comment.',
    }
  return {
    did: true,
    says:
      thread.clearCondition === null
        ? `Objection #${thread.number} blocks. Say what would clear it: answer with a line “Clears-when: …”.`
        : `Objection #${thread.number} blocks.`,
  }
}

/** The mail's own words in that thread; null: it said nothing there. */
async function commentIn(
  tx: Transaction,
  { commentId, threadId }: { commentId: string; threadId: string },
  wanted: string,
): Promise<{ id: string; seq: number } | null> {
  if (threadId !== wanted) return null
  return tx.comment.findUnique({ where: { id: commentId }, select: { id: true, seq: true } })
}
