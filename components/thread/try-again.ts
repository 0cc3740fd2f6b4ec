/** A send that is tried again by itself, a few times, for as long as what it sends stays as it is. */
import button from '#components/ui/button.module.css'
import type { Next } from './ask-server.ts'
import styles from './thread.module.css'

const waiting = new WeakMap<HTMLFormElement, () => void>()

/** Calls `again` when its time has come or the connection is back, unless `stopWaiting` was faster. */
export function waitToTry(form: HTMLFormElement, next: Next, again: () => void): void {
  stopWaiting(form)
  if (next === null) return
  const go = () => {
    stopWaiting(form)
    if (form.isConnected) again()
  }
  window.addEventListener('online', go, { once: true })
  const timer = next === 'online' ? undefined : window.setTimeout(go, next.inSeconds * 1000)
  waiting.set(form, () => {
    window.removeEventListener('online', go)
    window.clearTimeout(timer)
  })
}

/** @returns whether it waited */
export function stopWaiting(form: HTMLFormElement): boolean {
  const stop = waiting.get(form)
  waiting.delete(form)
  stop?.()
  return stop !== undefined
}

/** What became of a send, in the form; the line is said once, and again when it changes. */
export function sayIn(form: HTMLFormElement, words: string, before: Element | null): HTMLElement {
  const alert = form.querySelector<HTMLElement>('[role="alert"]') ?? document.createElement('p')
  alert.setAttribute('role', 'alert')
  if (alert.textContent !== words) alert.textContent = words
  if (!alert.isConnected) {
    if (before) before.before(alert)
    else form.append(alert)
  }
  return alert
}

/** Beside the line: to try now, and to leave it be. */
export function offer(
  form: HTMLFormElement,
  alert: HTMLElement,
  again: () => void,
  isWaiting: boolean,
): void {
  takeBackOffer(form)
  const line = document.createElement('p')
  line.className = styles.pending ?? ''
  line.dataset.offer = ''
  line.append(buttonFor('Try again now', again))
  if (isWaiting) {
    const stop = buttonFor('Do not try by itself', () => {
      stopWaiting(form)
      stop.remove()
      sayIn(form, 'It is not tried again by itself. Whether it arrived before is not known.', null)
      line.querySelector('button')?.focus()
    })
    line.append(stop)
  }
  alert.after(line)
}

export function takeBackOffer(form: HTMLFormElement): void {
  for (const line of form.querySelectorAll('[data-offer]')) line.remove()
}

export function buttonFor(words: string, act: () => void): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = button.quiet ?? ''
  made.textContent = words
  made.addEventListener('click', act)
  return made
}

/** While a form is on its way its buttons keep the focus and take no press. */
export function markSending(form: HTMLFormElement, isSending: boolean): void {
  if (isSending) form.dataset.sending = ''
  else delete form.dataset.sending
  for (const one of form.querySelectorAll('button')) {
    if (isSending) one.setAttribute('aria-disabled', 'true')
    else one.removeAttribute('aria-disabled')
  }
}
