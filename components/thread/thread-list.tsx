import type { ReactNode } from 'react'
import page from '#components/ui/page.module.css'
import { When } from '#components/ui/when.tsx'
import { figure, groupDigits } from '#lib/figures.ts'
import { anchor, site } from '#lib/review/proposal/address.ts'
import type { ThreadListed, ThreadList as Threads } from '#lib/review/thread/list-threads.server.ts'
import { THREAD_KINDS } from '#lib/review/thread/state.ts'
import {
  filterQuery,
  THREAD_STATES,
  THREADS_ON_A_PAGE,
  type ThreadFilter,
} from '#lib/review/thread/thread-filter.ts'
import { ABOUT } from '#lib/review/thread/whole.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'
import { MarkAll } from './mark-all.tsx'
import { STATE_MARK } from './thread-html.ts'
import styles from './thread-list.module.css'

/** Every thread of a proposal, as its filter says. The filter is a form that asks for a page: it works without scripts. */
export function ThreadList({
  slug,
  list,
  filter,
  signedIn,
  now,
  children = null,
}: {
  slug: string
  list: Threads
  filter: ThreadFilter
  signedIn: boolean
  /** Milliseconds since 1970. */
  now: number
  /** Islands. */
  children?: ReactNode
}) {
  const asked = Object.values(filterQuery({ ...filter, page: 1, order: 'activity' }))
  const isFiltered = asked.some((value) => value !== undefined)
  return (
    <div className={page.wide}>
      <p className={styles.up}>
        <a href={site.proposal(slug)}>{list.title}</a>
      </p>
      <h1>Threads</h1>
      <Filter slug={slug} people={list.people} filter={filter} signedIn={signedIn} />
      <p className={styles.found}>
        {figure(list.found, 'thread')}
        {isFiltered && ' with these properties'}. {isFiltered && <a href={site.threads(slug)}>All threads</a>}{' '}
        <a href={site.threadsAsJson(slug, filterQuery(filter))}>As JSON</a>
      </p>
      {list.threads.length === 0 ? (
        <Empty slug={slug} isFiltered={isFiltered} isBeyond={filter.page > 1} />
      ) : (
        <ol className={styles.list}>
          {list.threads.map((thread) => (
            <Listed key={thread.number} slug={slug} thread={thread} now={now} />
          ))}
        </ol>
      )}
      <Pages slug={slug} filter={filter} found={list.found} />
      {signedIn && list.found > 0 && (
        <MarkAll slug={slug} until={new Date(now).toISOString()} back="threads" />
      )}
      {children}
    </div>
  )
}

function Listed({ slug, thread, now }: { slug: string; thread: ThreadListed; now: number }) {
  const { number, kind, state, waitsFor, comments } = thread
  const isBlocking = kind === 'objection' && (state === 'open' || state === 'answered')
  return (
    <li
      className={styles.thread}
      id={anchor.thread(number)}
      data-state={state}
      data-kind={kind}
      data-unread={thread.unread || undefined}
    >
      <p className={styles.words}>
        <a href={site.thread(slug, number)}>
          #{number} {thread.words.trim() === '' ? 'a comment that was deleted' : firstLine(thread.words)}
        </a>
      </p>
      <p className={styles.facts}>
        <span>
          {kind} · <span aria-hidden="true">{STATE_MARK[state]}</span> {state}
        </span>
        {thread.unread > 0 && <strong>{thread.unread} unread</strong>}
        {isBlocking && <strong>blocks the proposal</strong>}
        {waitsFor !== null && (
          <span>
            {thread.waitsForViewer
              ? 'waits for you'
              : `waits for its ${waitsFor === 'author' ? 'author' : 'opener'}`}
          </span>
        )}
        <span>opened by {thread.opener}</span>
        <span>{figure(comments, 'comment')}</span>
        <span>
          last <When at={thread.lastActivity} now={now} />
        </span>
        <span>
          {placeWords(thread)} of v{thread.revision}
        </span>
      </p>
      {thread.quote !== '' && <blockquote className={styles.quote}>{thread.quote}</blockquote>}
    </li>
  )
}

function placeWords({ about, writeup }: ThreadListed): string {
  if (about === 'whole') return writeup === 'cover' ? 'the whole proposal' : `the whole of ${writeup}`
  return `${about === 'step' ? 'a step in ' : ''}${writeup ?? 'the whole'}`
}

const SHOWN_OF_LINE = 120
function firstLine(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim()
  return line.length > SHOWN_OF_LINE ? `${line.slice(0, SHOWN_OF_LINE).replace(/\s\S*$/, '')} …` : line
}

function Empty({ slug, isFiltered, isBeyond }: { slug: string; isFiltered: boolean; isBeyond: boolean }) {
  if (isBeyond) return <p>There are fewer threads than that. Go to the first page.</p>
  if (isFiltered) return <p>No thread has all of these properties. Take one of them away.</p>
  return (
    <p>
      Nobody has said anything yet. Each passage of <a href={site.proposal(slug)}>the proposal</a> has a + at
      its first line, which opens a form; what is said there is listed here.
    </p>
  )
}

const STATE_WORDS = { standing: 'open or answered', closed: 'closed in any way' } as const
const ABOUT_WORDS = { passage: 'a passage', whole: 'a whole', step: 'a step of a run' } as const
const ORDER_WORDS = {
  activity: 'last comment first',
  oldest: 'waiting longest first',
  number: 'in the order of opening',
} as const

function Filter({
  slug,
  people,
  filter,
  signedIn,
}: {
  slug: string
  people: Threads['people']
  filter: ThreadFilter
  signedIn: boolean
}) {
  const option = (value: string, words: string = value) => (
    <option key={value} value={value}>
      {words}
    </option>
  )
  return (
    <form action={site.threads(slug)} method="get" className={styles.filter} aria-label="Which threads">
      <label>
        State
        <select name="state" defaultValue={filter.state ?? ''}>
          {option('', 'any')}
          {Object.entries(STATE_WORDS).map(([value, words]) => option(value, words))}
          {THREAD_STATES.map((state) => option(state))}
        </select>
      </label>
      <label>
        Kind
        <select name="kind" defaultValue={filter.kind ?? ''}>
          {option('', 'any')}
          {THREAD_KINDS.map((kind) => option(kind))}
        </select>
      </label>
      <label>
        Write-up
        <select name="in" defaultValue={filter.writeup ?? ''}>
          {option('', 'any')}
          {DOCUMENT_IDS.map((id) => option(id))}
        </select>
      </label>
      <label>
        About
        <select name="about" defaultValue={filter.about ?? ''}>
          {option('', 'anything')}
          {ABOUT.map((about) => option(about, ABOUT_WORDS[about]))}
        </select>
      </label>
      <label>
        Person
        <select name="by" defaultValue={filter.by ?? ''}>
          {option('', 'anybody')}
          {people.map(({ id, name }) => option(id, name))}
        </select>
      </label>
      <label>
        Order
        <select name="order" defaultValue={filter.order}>
          {Object.entries(ORDER_WORDS).map(([value, words]) => option(value, words))}
        </select>
      </label>
      {signedIn && (
        <>
          <label className={styles.check}>
            <input type="checkbox" name="mine" value="1" defaultChecked={filter.isMine} /> I wrote in it
          </label>
          <label className={styles.check}>
            <input type="checkbox" name="waiting" value="1" defaultChecked={filter.isWaiting} /> it waits for
            me
          </label>
          <label className={styles.check}>
            <input type="checkbox" name="unread" value="1" defaultChecked={filter.isUnread} /> there is
            something unread in it
          </label>
        </>
      )}
      <button type="submit">Show</button>
    </form>
  )
}

function Pages({ slug, filter, found }: { slug: string; filter: ThreadFilter; found: number }) {
  const { page: here } = filter
  const to = (at: number) => site.threads(slug, filterQuery({ ...filter, page: at }))
  const isMore = found > here * THREADS_ON_A_PAGE
  if (here === 1 && !isMore) return null
  return (
    <nav className={styles.pages} aria-label="Pages of the list">
      {here > 1 && (
        <a rel="prev" href={to(here - 1)}>
          The {THREADS_ON_A_PAGE} before
        </a>
      )}
      {found > 0 && (
        <span>
          Page {groupDigits(here)} of {groupDigits(Math.ceil(found / THREADS_ON_A_PAGE))}
        </span>
      )}
      {isMore && (
        <a rel="next" href={to(here + 1)}>
          {Math.min(THREADS_ON_A_PAGE, found - here * THREADS_ON_A_PAGE)} more
        </a>
      )}
    </nav>
  )
}
