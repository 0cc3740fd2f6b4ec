/**
 * Who has to act next, and why: a pure function of what is so in a proposal. It is worked out in the transaction of each
 * event and kept, so that a list of one's turns is one query, and so that a turn is gone when it was done.
 *
 * A turn is an act that its holder can do now, with a link. Whoever can do nothing has none; an undecided proposal
 * always has a holder.
 */
import { isDecided, type ProposalState } from '#lib/review/proposal/state.ts'
import type { Side, ThreadKind, ThreadState } from '#lib/review/thread/state.ts'

export const TURN_ACTS = [
  'mend-claim',
  'answer',
  'confirm',
  'respond',
  'read-again',
  'lift-hold',
  'handle-mail',
  'complete',
  'ask-for-review',
  'publish',
  'review',
  'call-last',
  'watch-last-call',
  'decide',
  'name-author',
  'name-maintainer',
] as const
export type TurnAct = (typeof TURN_ACTS)[number]
export const isTurnAct = (text: string): text is TurnAct => TURN_ACTS.some((act) => act === text)

export type Turn = {
  readonly person: string
  readonly act: TurnAct
  /** The thread that it is about; 0: none. */
  readonly thread: number
  /** Further words of the reason: write-ups, how many; empty: none. */
  readonly about: string
}

export type TurnFacts = {
  readonly state: ProposalState
  /** Questions that the gate has open. */
  readonly gateOpen: number
  readonly authors: readonly string[]
  /** Who may call and accept: maintainers who are no authors. */
  readonly maintainers: readonly string[]
  /** Of the installation, authors left out. */
  readonly administrators: readonly string[]
  /** Of the installation, those who are authors here: they decide nothing of it, and can name who does. */
  readonly ownAdministrators: readonly string[]
  /** Who adds to locked threads. */
  readonly moderators: ReadonlySet<string>
  /** Whom an author asked to review. */
  readonly asked: readonly string[]
  /** Who has said what they think of the present revision, or opened a thread on it. */
  readonly reviewed: ReadonlySet<string>
  /** Who can act here at all: has an account, or an address from which they mail with proof; is not blocked, and may know of it. */
  readonly able: ReadonlySet<string>
  readonly away: ReadonlySet<string>
  /** Open and answered ones that are no notes. */
  readonly threads: readonly {
    readonly number: number
    readonly kind: ThreadKind
    readonly state: ThreadState
    readonly opener: string
    readonly waitsFor: Side | null
    readonly isLocked: boolean
    /** There is a comment that was not deleted: something that a reply can answer. */
    readonly hasWords: boolean
  }[]
  readonly stale: readonly { readonly person: string; readonly writeups: readonly string[] }[]
  readonly holders: readonly string[]
  readonly fallenClaims: number
  readonly heldMails: number
  /** Last call is over. */
  readonly isLastCallOver: boolean
}

export function turnsOf(facts: TurnFacts): Turn[] {
  if (isDecided(facts.state)) return []
  const turns: Turn[] = []
  const give = (persons: readonly string[], act: TurnAct, thread = 0, about = '') => {
    for (const person of persons) turns.push({ person, act, thread, about })
  }
  const authors = presentOf(facts, facts.authors)
  const maintainers = maintainersOf(facts)
  /** What only authors do falls to who can name one, where there is none that can act. */
  const giveAuthors = (act: TurnAct, thread = 0, about = '') => {
    if (authors.length > 0) give(authors, act, thread, about)
    else if (maintainers.length > 0) give(maintainers, 'name-author')
  }

  if (facts.fallenClaims > 0) giveAuthors('mend-claim', 0, String(facts.fallenClaims))
  for (const thread of facts.threads) {
    const { number, state, opener, waitsFor } = thread
    // What was answered once is answered further in a reply.
    if (waitsFor === 'author') {
      const act = state === 'open' ? 'answer' : 'respond'
      if (authors.length === 0) giveAuthors(act)
      else
        give(
          authors.filter((one) => canSayMore(facts, thread, one)),
          act,
          number,
        )
    } else if (waitsFor === 'opener' && facts.able.has(opener)) {
      // To confirm takes no words.
      if (state === 'answered') give([opener], 'confirm', number)
      else if (canSayMore(facts, thread, opener)) give([opener], 'respond', number)
    }
  }
  for (const { person, writeups } of facts.stale)
    if (facts.able.has(person)) give([person], 'read-again', 0, writeups.join(', '))
  for (const holder of facts.holders) if (facts.able.has(holder)) give([holder], 'lift-hold')
  if (facts.heldMails > 0) give(maintainers, 'handle-mail', 0, String(facts.heldMails))
  ofState(facts, maintainers, { give, giveAuthors })

  if (turns.length === 0) {
    const isTheirs = DEFAULT_IS_AUTHORS.includes(facts.state)
    if (isTheirs) giveAuthors('publish')
    else give(maintainers, 'review')
    if (turns.length === 0) give(presentOf(facts, facts.ownAdministrators), 'name-maintainer')
    if (turns.length === 0) give(authors, 'publish')
    // Nobody can act yet: it is theirs as soon as they have a way to.
    if (turns.length === 0)
      give(
        isTheirs || facts.maintainers.length === 0 ? facts.authors : facts.maintainers,
        isTheirs ? 'publish' : 'review',
      )
  }
  return withoutDoubles(turns)
}

const DEFAULT_IS_AUTHORS: readonly ProposalState[] = ['draft', 'ready', 'changes_requested']

function ofState(
  facts: TurnFacts,
  maintainers: readonly string[],
  {
    give,
    giveAuthors,
  }: {
    give: (persons: readonly string[], act: TurnAct, thread?: number, about?: string) => void
    giveAuthors: (act: TurnAct, thread?: number, about?: string) => void
  },
): void {
  const authors = presentOf(facts, facts.authors)
  const waitsForAuthor = facts.threads.some(
    (thread) => thread.waitsFor === 'author' && authors.some((one) => canSayMore(facts, thread, one)),
  )
  switch (facts.state) {
    case 'draft':
      giveAuthors('complete', 0, String(facts.gateOpen))
      return
    case 'ready':
      if (facts.maintainers.length + facts.administrators.length > 0) giveAuthors('ask-for-review')
      // Nobody is there who could be asked. Without an administrator who names one, the text goes on meanwhile.
      else give(presentOf(facts, facts.ownAdministrators), 'name-maintainer')
      return
    case 'changes_requested':
      if (!waitsForAuthor && facts.fallenClaims === 0) giveAuthors('publish')
      return
    case 'in_review': {
      const pending = presentOf(facts, facts.asked).filter((person) => !facts.reviewed.has(person))
      // They may wait for the next revision: what they would review is not what the author claims.
      give(pending, 'review', 0, facts.fallenClaims > 0 ? String(facts.fallenClaims) : '')
      if (pending.length === 0 && facts.threads.length === 0 && facts.holders.length === 0)
        give(maintainers, facts.fallenClaims > 0 ? 'review' : 'call-last')
      return
    }
    case 'last_call':
      give(maintainers, facts.isLastCallOver && facts.holders.length === 0 ? 'decide' : 'watch-last-call')
  }
}

/** Whether they may add to a thread, and there is something in it that they can answer. */
function canSayMore(
  { moderators }: TurnFacts,
  { isLocked, hasWords }: TurnFacts['threads'][number],
  person: string,
): boolean {
  return hasWords && (!isLocked || moderators.has(person))
}

/** Who can act; of those, who is not away, if somebody is not. */
function presentOf({ able, away }: TurnFacts, persons: readonly string[]): readonly string[] {
  const can = persons.filter((person) => able.has(person))
  const present = can.filter((person) => !away.has(person))
  return present.length > 0 ? present : can
}

/** Administrators stand in where no maintainer can act, and where those are away. */
function maintainersOf(facts: TurnFacts): readonly string[] {
  const own = facts.maintainers.filter((person) => facts.able.has(person))
  const present = own.filter((person) => !facts.away.has(person))
  if (present.length > 0) return present
  const standIns = presentOf(facts, facts.administrators)
  return standIns.length > 0 && (own.length === 0 || standIns.some((one) => !facts.away.has(one)))
    ? standIns
    : own
}

function withoutDoubles(turns: readonly Turn[]): Turn[] {
  const seen = new Map<string, Turn>()
  for (const turn of turns) {
    const key = `${turn.person} ${turn.act} ${turn.thread}`
    if (!seen.has(key)) seen.set(key, turn)
  }
  return [...seen.values()]
}

/** What is to be done, for who has to: `answer #7`. */
export function turnWords({ act, thread, about }: Omit<Turn, 'person'>): string {
  switch (act) {
    case 'mend-claim':
      return `mend ${about} ${about === '1' ? 'claim that is' : 'claims that are'} not as claimed`
    case 'answer':
      return `answer #${thread}`
    case 'confirm':
      return `confirm #${thread}, or keep it open`
    case 'respond':
      return `say more in #${thread}`
    case 'read-again':
      return `read again: ${about} changed since your review`
    case 'lift-hold':
      return 'lift your hold, or let it end'
    case 'handle-mail':
      return `decide about ${about} ${about === '1' ? 'mail that waits' : 'mails that wait'}`
    case 'complete':
      return about === '0' || about === '' ? 'complete it' : `answer what is open: ${about}`
    case 'ask-for-review':
      return 'ask for review'
    case 'publish':
      return 'publish the next revision'
    case 'review':
      return about === ''
        ? 'review it'
        : `review it, or wait: ${about} ${about === '1' ? 'claim is' : 'claims are'} not as claimed`
    case 'call-last':
      return 'call last call'
    case 'watch-last-call':
      return 'last call: object, or let it pass'
    case 'decide':
      return 'accept or reject it'
    case 'name-author':
      return 'name an author who can act'
    case 'name-maintainer':
      return 'name a maintainer, whom it can be put to'
  }
}
