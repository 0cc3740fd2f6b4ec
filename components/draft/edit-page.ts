/**
 * What scripts add to the form of a file: it is saved while somebody types, kept in the browser until that is acknowledged, and
 * what is missing follows. The form stays a form; nothing here is needed to save.
 */
import { dropEntry, holdTab, keepEntry, keyOf, leftBehind } from './journal.ts'
import {
  answered,
  dueText,
  hurried,
  newSaver,
  type SaveAnswer,
  said,
  sent,
  typed,
  unsavedFor,
} from './saver.ts'

const TICK_MS = 250
const KEEP_MS = 700
const LOOK_MS = 1200
/** Characters: a longer text cannot be saved, and is not sent to be refused. */
const LONGEST = 1024 * 1024
const ANSWER_MS = 20_000

type Problem = { readonly line: number; readonly column: number; readonly message: string }

export function followEditing(form: HTMLFormElement, owner: string): () => void {
  const field = form.querySelector('textarea')
  const base = form.querySelector<HTMLInputElement>('input[name=base]')
  const line = form.querySelector<HTMLElement>('[data-copy-said]')
  const aloud = form.querySelector<HTMLElement>('[data-copy-aloud]')
  const { copyForm: slug = '', path = '', look: lookAt = '' } = form.dataset
  if (!field || !base || !line || !aloud) return () => {}
  let tab: string = crypto.randomUUID()
  holdTab(tab)
  // A text area has LF for every line end; what the server has of another kind is left until something is typed.
  let saver = newSaver(base.value === '' ? null : base.value, field.value)
  let keptAt = 0
  let keptText: string | null = null
  let wasLate = false
  let lookDue: number | null = null
  let problems: readonly Problem[] = []
  let isSubmitting = false
  const entry = () => ({ owner, slug, path, tab, base: saver.base, text: saver.text, at: Date.now() })

  const keep = (now: number) => {
    if (saver.text === keptText || now - keptAt < KEEP_MS) return
    keptAt = now
    keptText = saver.text
    const one = entry()
    // A browser that keeps nothing (a private window that is full) still saves to the server.
    if (saver.unsavedSince !== null) void keepEntry({ ...one, key: keyOf(one) }).catch(() => {})
  }
  const forget = () => {
    keptText = null
    void dropEntry(keyOf(entry())).catch(() => {})
  }

  const send = async (text: string) => {
    saver = sent(saver, text)
    const answer = await ask(form.action, { path, base: saver.base ?? '', tab, text, intent: 'save' })
    const next = answered(saver, answer, Date.now())
    saver = next.saver
    if (next.replace !== null) replaceText(field, next.replace)
    if (answer.kind === 'saved') {
      base.value = saver.base ?? ''
      if (saver.unsavedSince === null) forget()
      lookDue = Date.now() + LOOK_MS
    }
    if (answer.kind === 'conflict') {
      base.value = answer.sha256 ?? ''
      showTheirs(form, answer.theirs)
    }
    show()
  }

  const show = () => {
    const now = Date.now()
    const { words, isLate } = said(saver, now)
    if (line.textContent !== words) line.textContent = words
    line.toggleAttribute('data-late', isLate)
    // Once each time, and once when it is over: an age that is read out every second helps nobody.
    if (isLate !== wasLate) {
      aloud.textContent = isLate || unsavedFor(saver, now) === 0 ? words : ''
      wasLate = isLate
    }
  }

  const tick = () => {
    const now = Date.now()
    keep(now)
    const text = dueText(saver, now)
    if (text !== null) {
      if (text.length > LONGEST) {
        const words = 'The file is longer than 1 MB, so it is not saved. Cut it, then press Save.'
        saver = { ...saver, stopped: { words } }
      } else void send(text)
    }
    if (lookDue !== null && now >= lookDue && saver.sending === null) {
      lookDue = null
      void look()
    }
    show()
  }

  const look = async () => {
    const side = document.querySelector<HTMLElement>('[data-copy-side]')
    if (!side) return
    try {
      const answer = await fetch(`${lookAt}?file=${encodeURIComponent(path)}`, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(60_000),
      })
      if (!answer.ok) return
      const found: unknown = await answer.json()
      if (!isLook(found)) return
      problems = found.problems
      // Nothing moves under who is in it.
      if (!side.contains(document.activeElement)) side.innerHTML = found.html
    } catch {
      // The list stays as it is; the next save looks again.
    }
  }

  const jump = (at: number, column: number) => {
    const offset = offsetOf(field.value, at, column)
    field.focus()
    const end = field.value.indexOf('\n', offset)
    field.setSelectionRange(offset, end < 0 ? field.value.length : end)
    // A text area scrolls to its selection by itself only when somebody types.
    const height = Number.parseFloat(getComputedStyle(field).lineHeight) || 20
    field.scrollTop = Math.max(0, (at - 4) * height)
  }

  const onInput = () => {
    saver = typed(saver, field.value, Date.now())
    show()
  }
  const onClick = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-jump]') : null
    const [, file, at, column] = /^(.*):(\d+):(\d+)$/.exec(link?.dataset.jump ?? '') ?? []
    if (file !== path || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    jump(Number(at), Number(column))
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'F8' && problems.length > 0) {
      event.preventDefault()
      const here = field.value.slice(0, field.selectionEnd).split('\n').length
      const sorted = [...problems].sort((a, b) => a.line - b.line)
      const next = sorted.find((problem) => problem.line > here) ?? sorted[0]
      if (!next) return
      jump(next.line, next.column)
      aloud.textContent = `Line ${next.line}: ${next.message}`
    }
    if (event.key === 's' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      saver = hurried(saver, Date.now())
      tick()
    }
  }
  const onSubmit = () => {
    isSubmitting = true
    keptAt = 0
    keep(Date.now())
  }
  const onLeave = (event: BeforeUnloadEvent) => {
    if (isSubmitting || unsavedFor(saver, Date.now()) === 0) return
    keptAt = 0
    keep(Date.now())
    event.preventDefault()
  }

  const begin = async () => {
    const left = await leftBehind({ owner, slug, path }).catch(() => null)
    if (left && left.text === saver.text) await dropEntry(left.key).catch(() => {})
    if (left && left.text !== saver.text && saver.unsavedSince === null) {
      // As the tab that typed it: what of it arrived before is its own to replace.
      tab = left.tab
      holdTab(tab)
      saver = { ...newSaver(left.base, saver.text), acknowledged: '' }
      replaceText(field, left.text)
      saver = typed(saver, left.text, Date.now())
      aloud.textContent = 'Text that was not saved is back in the field.'
    }
    const asked = Number(new URLSearchParams(location.search).get('line'))
    if (Number.isInteger(asked) && asked > 0) jump(asked, 1)
    void look()
  }
  void begin()

  field.addEventListener('input', onInput)
  document.addEventListener('click', onClick)
  document.addEventListener('keydown', onKey)
  form.addEventListener('submit', onSubmit)
  window.addEventListener('beforeunload', onLeave)
  const timer = setInterval(tick, TICK_MS)
  return () => {
    clearInterval(timer)
    field.removeEventListener('input', onInput)
    document.removeEventListener('click', onClick)
    document.removeEventListener('keydown', onKey)
    form.removeEventListener('submit', onSubmit)
    window.removeEventListener('beforeunload', onLeave)
  }
}

async function ask(action: string, fields: Readonly<Record<string, string>>): Promise<SaveAnswer> {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    // As a file: a field of a form would get other line ends on its way.
    if (name === 'text') body.set(name, new Blob([value], { type: 'text/plain' }), 'text')
    else body.set(name, value)
  }
  try {
    const answer = await fetch(action, {
      method: 'POST',
      body,
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const read: unknown = await answer.json().catch(() => null)
    const of = isRecord(read) ? read : {}
    const words = typeof of.words === 'string' ? of.words : ''
    const text = (name: string) => (typeof of[name] === 'string' ? of[name] : null)
    if (answer.ok && of.kind === 'saved')
      return { kind: 'saved', sha256: text('sha256') ?? '', merged: text('merged') }
    if (of.kind === 'conflict')
      return { kind: 'conflict', words, theirs: text('theirs'), sha256: text('sha256') }
    if (answer.status === 401)
      return {
        kind: 'away',
        words: 'You are signed out. Sign in in another tab: your text is kept here, and is saved then.',
      }
    if (answer.status === 429 || answer.status >= 500 || words === '')
      return { kind: 'away', words: 'The server cannot take it now. Your text is kept in this browser.' }
    return { kind: 'refused', words }
  } catch {
    return { kind: 'away', words: 'The server does not answer. Your text is kept in this browser.' }
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function isLook(value: unknown): value is { html: string; problems: readonly Problem[] } {
  return isRecord(value) && typeof value.html === 'string' && Array.isArray(value.problems)
}

/** Line and column from 1. */
function offsetOf(text: string, line: number, column: number): number {
  let offset = 0
  for (let n = 1; n < line; n++) {
    const end = text.indexOf('\n', offset)
    if (end < 0) return text.length
    offset = end + 1
  }
  return Math.min(text.length, offset + column - 1)
}

/** Only where it differs, so that the caret stays where it is and undo takes it back as one step. */
function replaceText(field: HTMLTextAreaElement, text: string): void {
  const now = field.value
  if (now === text) return
  let from = 0
  while (from < now.length && from < text.length && now[from] === text[from]) from++
  let back = 0
  const most = Math.min(now.length, text.length) - from
  while (back < most && now[now.length - 1 - back] === text[text.length - 1 - back]) back++
  const { selectionStart, selectionEnd } = field
  const middle = text.slice(from, text.length - back)
  field.setRangeText(middle, from, now.length - back, 'preserve')
  const moved = (at: number) => (at <= from ? at : Math.max(from, at + text.length - now.length))
  field.setSelectionRange(moved(selectionStart), moved(selectionEnd))
}

function showTheirs(form: HTMLFormElement, theirs: string | null): void {
  form.querySelector('[data-theirs]')?.remove()
  const section = document.createElement('section')
  section.dataset.theirs = ''
  section.setAttribute('aria-label', 'The text that is there now')
  const heading = document.createElement('h2')
  heading.textContent = 'The text that is there now'
  const text = document.createElement(theirs === null ? 'p' : 'pre')
  text.textContent = theirs ?? 'The file is gone there.'
  if (theirs !== null) text.tabIndex = 0
  section.append(heading, text)
  form.append(section)
}
