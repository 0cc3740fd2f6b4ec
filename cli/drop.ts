import { accountOf } from '#lib/review/account/account-of.server.ts'
import { personAt } from '#lib/review/person/find-person.server.ts'
import { countDroppable, type DropWhat, dropAll } from '#lib/review/queue/drop-all.server.ts'
import { describeQueueFailure } from '#lib/review/queue/queue.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

/** Drops a flood: in the name of an account, which the log and the tombstones name. */
export const drop = defineVerb(
  {
    name: 'drop',
    operands: '',
    least: 0,
    most: 0,
    about: `Drops all mail of one sender, or that one account brought: its comments become empty, answers to them stay. Without
--yes it says how many there are and changes nothing.`,
    options: {
      sender: { type: 'string', value: 'ADDRESS', says: 'what says to come from there' },
      bringer: { type: 'string', value: 'ADDRESS', says: 'what this account uploaded' },
      as: {
        type: 'string',
        value: 'ADDRESS',
        says: 'the account of an administrator or maintainer who drops it',
      },
      reason: { type: 'string', value: 'TEXT', says: 'why; it stands with each mail' },
      unproved: { type: 'boolean', says: 'only what nothing proves' },
      yes: { type: 'boolean', says: 'drops it' },
    },
  },
  async ({ values }) => {
    const { sender, bringer, as: account, reason, unproved = false, yes = false } = values
    if ((sender === undefined) === (bringer === undefined))
      return wrongUse('drop', 'write either --sender ADDRESS or --bringer ADDRESS')
    if (account === undefined) return wrongUse('drop', '--as ADDRESS is missing')
    if (yes && reason === undefined) return wrongUse('drop', '--reason TEXT is missing')
    const viewer = await accountOf(account)
    if (!viewer) return refused(`no account signs in as ${account}, or it is blocked`)
    const of = sender ?? (await personAt(bringer ?? ''))?.personId
    if (of === undefined) return refused(`nobody here has the address ${bringer}`)
    const what: DropWhat = { by: sender === undefined ? 'bringer' : 'sender', of, isUnprovedOnly: unproved }
    const count = await countDroppable(viewer, what)
    if (!count) return refused(describeQueueFailure({ kind: 'forbidden' }))
    const words = `${count.mails} mails (${count.proved} proved), ${count.comments} comments`
    if (!yes) {
      console.log(`${words}. Nothing is dropped without --yes.`)
      return exitCode.YES
    }
    for (;;) {
      const done = await dropAll(viewer, what, reason ?? '')
      if (!done.ok) return refused(describeQueueFailure(done.error))
      const { mails, comments, left } = done.value
      console.log(`Dropped ${mails} mails with ${comments} comments; ${left} left.`)
      if (left === 0 || mails === 0) return exitCode.YES
    }
  },
)

function refused(words: string): number {
  console.error(`coherent drop: ${words}`)
  return exitCode.NO
}
