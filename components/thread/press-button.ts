/** The buttons of threads, in place: what a press changed is put into the page, and the focus goes on from there. */
import { askServer, lostSentence, nextTry } from './ask-server.ts'
import { replaceComment, replaceThread } from './in-place.ts'
import type { Page } from './send-form.ts'
import { buttonFor, markSending, offer, sayIn, stopWaiting, takeBackOffer, waitToTry } from './try-again.ts'

/** Long enough to see what was pressed. Words that the database gave up do not come back, so until then it is not asked. */
const SECONDS_TO_KEEP = 8

export function pressButton(form: HTMLFormElement, pressed: HTMLElement | null, page: Page): void {
  if (form.dataset.sending !== undefined || !(pressed instanceof HTMLButtonElement)) return
  if (form.dataset.press === 'deletion' && form.dataset.held === undefined) {
    holdDeletion(form, pressed, page)
    return
  }
  const body = new FormData(form)
  body.set(pressed.name, pressed.value)
  body.set('layout', page.layout)
  // By keyboard: whoever points with a mouse stays where they are.
  const byKey = pressed.matches(':focus-visible')
  void tryPress(form, { body, tries: 0, wasAsked: false, byKey }, page)
}

type Press = { readonly body: FormData; tries: number; wasAsked: boolean; readonly byKey: boolean }

async function tryPress(form: HTMLFormElement, press: Press, page: Page): Promise<void> {
  stopWaiting(form)
  markSending(form, true)
  const asked = await askServer(form.action, press.body)
  markSending(form, false)
  takeBackOffer(form)
  press.tries += 1
  if (asked.kind === 'lost') {
    const next = nextTry(asked.why, press.tries)
    const again = () => {
      if (form.dataset.sending === undefined) void tryPress(form, press, page)
    }
    const alert = sayIn(form, lostSentence('press', asked.why, next, !press.wasAsked), null)
    if (asked.why !== 'offline') press.wasAsked = true
    offer(form, alert, again, next !== null)
    waitToTry(form, next, again)
    return
  }
  const { answer } = asked
  if (answer.kind === 'refused') {
    const alert = sayIn(form, answer.words, null)
    // What the server could not do now it may be able to do in a moment.
    if (asked.status >= 500) offer(form, alert, () => void tryPress(form, press, page), false)
    return
  }
  if (answer.kind !== 'changed') return // of a comment form, and no answer to this
  const isHere =
    answer.what === 'thread' ? replaceThread(answer, page.layout) : replaceComment(answer, page.layout)
  if (isHere && answer.what === 'comment') focusComment(answer.thread, answer.comment, page)
  if (isHere && answer.what === 'thread' && press.byKey && page.layout === 'inline') goOn(answer.thread)
  if (!isHere) sayIn(form, `${answer.said} Load the page again to see it.`, null)
  page.say(answer.said)
}

const WAITS = ':is([data-state="open"], [data-state="answered"])'

/** A thread that was closed is done with: the focus goes to the next one that waits. *Undo* stays beside it, for as long as it takes. */
function goOn(number: number): void {
  const done = document.getElementById(`t${number}`)
  if (!done || done.matches(WAITS)) return
  const next = [
    ...document.querySelectorAll<HTMLElement>(`section[id^="t"][data-layout="inline"]${WAITS}`),
  ].find(
    (one) =>
      (done.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 && one.checkVisibility(),
  )
  const summary = next?.querySelector<HTMLElement>(':scope > details > summary')
  if (!summary) return
  summary.focus({ preventScroll: true })
  summary.scrollIntoView({ block: 'nearest' })
}

function focusComment(thread: number, comment: number, { layout }: Page): void {
  const id = layout === 'page' ? `c${comment}` : `t${thread}-c${comment}`
  document.getElementById(id)?.focus({ preventScroll: true })
}

/** Says what will happen and lets the person take it back; leaving the page does not take it back. */
function holdDeletion(form: HTMLFormElement, pressed: HTMLButtonElement, page: Page): void {
  const [line, details] = [form.querySelector('p'), form.closest('details')]
  const before = { line: line?.textContent ?? '', button: pressed.textContent ?? '' }
  form.dataset.held = ''
  if (line) line.textContent = `The comment is deleted in ${SECONDS_TO_KEEP} seconds.`
  pressed.textContent = 'Delete now'
  const end = () => {
    window.clearTimeout(timer)
    window.removeEventListener('pagehide', onLeave)
    form.removeEventListener('submit', end)
    details?.removeEventListener('toggle', onToggle)
    keep.remove()
  }
  const keepIt = () => {
    end()
    delete form.dataset.held
    if (line) line.textContent = before.line
    pressed.textContent = before.button
    if (details) details.open = false
    details?.querySelector('summary')?.focus()
    page.say('The comment stays.')
  }
  const onToggle = () => {
    if (details?.open === false) keepIt()
  }
  const onLeave = () => {
    const body = new FormData(form)
    body.set(pressed.name, pressed.value)
    navigator.sendBeacon(form.action, body)
  }
  const keep = buttonFor('Keep it', keepIt)
  const timer = window.setTimeout(() => {
    end()
    pressButton(form, pressed, page)
  }, SECONDS_TO_KEEP * 1000)
  window.addEventListener('pagehide', onLeave)
  form.addEventListener('submit', end)
  details?.addEventListener('toggle', onToggle)
  pressed.before(keep)
  keep.focus()
  page.say(`The comment is deleted in ${SECONDS_TO_KEEP} seconds, unless you keep it.`)
}
