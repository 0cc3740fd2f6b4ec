import { accountOf } from '#lib/review/account/account-of.server.ts'
import { pinThread } from '#lib/review/acts/pin-thread.server.ts'
import { isSlug, site } from '#lib/review/proposal/address.ts'
import { newestPlace } from '#lib/review/thread/pin-choices.server.ts'
import { idsAt } from '#lib/review/thread/read-threads.server.ts'
import { describeFailure, type ThreadFailure } from '#lib/review/thread/thread.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

const THREAD = /^#?([1-9]\d{0,8})$/

/** The act of the page's form, in the name of an account, with the same permission. */
export const pin = defineVerb(
  {
    name: 'pin',
    operands: 'SLUG THREAD PASSAGE',
    least: 3,
    most: 3,
    about: `Says by hand where a thread stands in the newest revision: PASSAGE is the name that the address of a passage has
behind #b-. Who opened the thread may, and an author; what it was opened about stays, and later revisions go on from there.`,
    options: {
      as: { type: 'string', value: 'ADDRESS', says: 'the account of its opener or of an author' },
      words: { type: 'string', value: 'TEXT', says: 'words of the passage, where it is not about all of it' },
    },
  },
  async ({ values, operands }) => {
    const [slug = '', named = '', passage = ''] = operands
    const { as: account, words } = values
    if (account === undefined) return wrongUse('pin', '--as ADDRESS is missing')
    const number = Number(THREAD.exec(named)?.[1] ?? 0)
    if (number === 0) return wrongUse('pin', `${named} is no number of a thread`)
    if (!isSlug(slug)) return wrongUse('pin', `${slug} is no name of a proposal`)
    const viewer = await accountOf(account)
    if (!viewer) return refused(`no account signs in as ${account}, or it is blocked`)
    const ids = await idsAt(viewer, { slug, thread: number, comment: 1 })
    const newest = ids && (await newestPlace(viewer, slug, number))
    if (!ids || !newest) return refused(inWords({ kind: 'no-such-thread' }))
    const blockKey = passage.replace(/^#?b-/, '')
    const place = { threadId: ids.thread, revision: newest.revision, blockKey }
    const done = await pinThread(viewer, { ...place, ...(words === undefined ? {} : { exact: words }) })
    if (!done.ok) return refused(inWords(done.error))
    console.log(
      `Thread ${number} stands at ${site.block(slug, newest.revision, blockKey)} now, placed by ${viewer.name}.`,
    )
    return exitCode.YES
  },
)

/** Nobody has typed into a form here, and there is nothing to go back to. */
function inWords(failure: ThreadFailure): string {
  switch (failure.kind) {
    case 'no-such-thread':
      return 'there is no such thread in that proposal'
    case 'block-gone':
      return `the newest revision has no passage “${failure.blockKey}”`
    case 'words-not-once':
      return failure.isThere
        ? 'these words stand more than once in that passage: take more of them'
        : 'these words do not stand in that passage'
    case 'forbidden':
      return 'only who opened the thread and authors place it by hand'
    default:
      return describeFailure(failure)
  }
}

function refused(words: string): number {
  console.error(`coherent pin: ${words}`)
  return exitCode.NO
}
