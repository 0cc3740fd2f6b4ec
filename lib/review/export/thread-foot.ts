/**
 * What the foot of a mail says of its thread (`lib/mail/text/thread-foot.ts` has its form): from the same table as buttons
 * and checks, in the words with which an answer by mail is read.
 */
import { THREAD_KEYS } from '#lib/mail/import/acting-lines.ts'
import { cleanLine } from '#lib/mail/text/clean.ts'
import {
  formatThreadFoot,
  formatThreadsFoot,
  NO_LINE_ACTS,
  type ThreadFootWords,
} from '#lib/mail/text/thread-foot.ts'
import { displayWidth } from '#lib/mail/text/width.ts'
import { type Grant, PERMISSIONS } from '#lib/review/person/permission.ts'
import { carriedBriefly } from '#lib/review/thread/port.ts'
import { isOpen, rowFor, stateWords, type ThreadAct, waitsForIn } from '#lib/review/thread/state.ts'
import type { ThreadForMail, ThreadStanding } from './thread-for-mail.ts'

/** Lines of text, without a mark above them. Null where no wording fits, which a test looks for. */
export function threadFoot(thread: ThreadForMail, url: string): readonly string[] | null {
  return formatThreadFoot(thread.number, url, wordings(thread))
}

/** Threads of one mail that are named; how many more there are is said. */
const MOST_NAMED = 12

/**
 * Of a mail that speaks in several threads: how each stands, and what a line would do to the first that one does something to.
 *
 * @param threads in the order in which the mail speaks of them; two or more
 */
export function threadsFoot(threads: readonly ThreadStanding[], url: string): readonly string[] | null {
  const acted = threads.map((one) => actsWords(one, false)).find((words) => words !== NO_LINE_ACTS)
  const acts = acted ?? NO_LINE_ACTS
  const named = threads.slice(0, MOST_NAMED).map((one) => `#${one.number} ${one.kind}, ${stateWords(one)}`)
  const wordings = named.map((_, left) => {
    const said = named.slice(0, named.length - left)
    const more = threads.length - said.length
    return { standing: `${said.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`, acts }
  })
  return formatThreadsFoot(url, wordings)
}

/** The same in fewer and fewer words. */
function wordings(thread: ThreadForMail): ThreadFootWords[] {
  const acts = actsWords(thread, true)
  const short = actsWords(thread, false)
  return [
    { standing: standing(thread, { name: true, share: true }), acts },
    { standing: standing(thread, { name: true, share: false }), acts },
    { standing: standing(thread, { name: false, share: false }), acts },
    { standing: standing(thread, { name: false, share: false }), acts: short },
    { standing: standing({ ...thread, carried: null }, { name: false, share: false }), acts: short },
  ]
}

const KIND = { note: 'Note', question: 'Question', issue: 'Issue', objection: 'Objection' } as const
/** Columns; a longer name would leave no room for what matters. */
const LONGEST_NAME = 40

function standing(thread: ThreadForMail, says: { name: boolean; share: boolean }): string {
  const { kind, carried = null } = thread
  const from = carried === null ? '' : `; ${carriedBriefly(carried, says.share)}`
  return `${KIND[kind]}, ${stateWords(thread)}${waiting(thread, says.name)}${from}.`
}

function waiting(thread: ThreadForMail, isNamed: boolean): string {
  const { waitsFor = waitsForIn(thread) } = thread
  if (!isOpen(thread.state)) return ''
  if (waitsFor === null) return '; waits for nobody'
  if (waitsFor === 'author') return '; waits for the authors'
  const name = nameOf(thread)
  return `; waits for ${isNamed && name !== '' && displayWidth(name) <= LONGEST_NAME ? name : 'its opener'}`
}

/** Letters only: what looks like another part of the foot, or like something to a list's tools, names nobody here. */
function nameOf({ opener, comments }: ThreadForMail): string {
  const name = cleanLine(opener ?? comments[0]?.author.name ?? '')
  return /^[\p{L}\p{M}\p{N}]+(?:[ .,'()-]{1,2}[\p{L}\p{M}\p{N}]+)*[.)]?$/u.test(name) ? name : ''
}

/** What a line does to its thread, for whom. */
const DOES: Readonly<Record<(typeof THREAD_KEYS)[string], string>> = {
  resolve: 'closes it',
  keep: 'keeps it open',
  reopen: 'opens it again',
  lessen: 'makes it an issue',
}

const WHO: Readonly<Partial<Record<Grant, string>>> = {
  opener: 'its opener',
  author: 'an author',
  maintainer: 'a maintainer',
  admin: 'an administrator',
}

/** `isWhole`: with what else a line needs or could be. */
function actsWords(thread: ThreadStanding & Pick<ThreadForMail, 'lacksCondition'>, isWhole: boolean): string {
  const { number, kind, state, lacksCondition = false } = thread
  const byWho = new Map<string, string[]>()
  const say = (who: string, words: string) => byWho.set(who, [...(byWho.get(who) ?? []), words])
  for (const [key, word] of Object.entries(THREAD_KEYS)) {
    const row = rowFor(word satisfies ThreadAct, kind)
    if (!row?.from.includes(state)) continue
    const below = isWhole && row.needs === 'words' ? ' below words' : ''
    say(whoMay(PERMISSIONS[row.who]), `"${key}: #${number}"${below} ${DOES[word]}`)
  }
  if (isWhole && lacksCondition && kind === 'objection' && isOpen(state))
    say(whoMay(PERMISSIONS['close-own-thread']), '"Clears-when: ..." says what would clear it')
  if (byWho.size === 0) return NO_LINE_ACTS
  const said = [...byWho].map(
    ([who, does], i) => `${i === 0 ? 'By' : '; by'} ${who}, a last line ${does.join(', ')}`,
  )
  return `${said.join('')}.`
}

function whoMay(grants: readonly Grant[]): string {
  const who = grants.flatMap((grant) => WHO[grant] ?? [])
  const last = who.at(-1) ?? ''
  return who.length > 1 ? `${who.slice(0, -1).join(', ')} or ${last}` : last
}
