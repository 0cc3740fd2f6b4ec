'use client'
import { useEffect } from 'react'
import { forgetPage, isWorthKeeping, type Keeping, keepWords } from './keep-words.ts'
import styles from './kept-form.module.css'
import { lostWords } from './lost-words.ts'

const PATIENCE_MS = 60_000

/**
 * Forms that are HTML of ours and post to an address of their own (`form[data-kept]`): what is typed into them is kept, and those
 * with `data-kept="send"` are sent without leaving the page, which no error page of a browser or of something in front of
 * the server can then take the place of. Without this island they are plain forms.
 */
export function KeepForms({ isDone = false }: { readonly isDone?: boolean }) {
  useEffect(() => {
    if (isDone) forgetPage()
    const kept = new Map<HTMLFormElement, Keeping>()
    for (const form of document.querySelectorAll<HTMLFormElement>('form[data-kept]'))
      if (isWorthKeeping(form)) kept.set(form, keepWords(form))
    const onSubmit = (event: SubmitEvent) => {
      const form = event.target
      if (!(form instanceof HTMLFormElement) || form.dataset.kept !== 'send') return
      event.preventDefault()
      if (form.dataset.sending !== undefined) return
      void send(form, event.submitter, () => kept.get(form)?.forget())
    }
    document.addEventListener('submit', onSubmit)
    return () => {
      document.removeEventListener('submit', onSubmit)
      for (const { stop } of kept.values()) stop()
    }
  }, [isDone])
  return null
}

async function send(
  form: HTMLFormElement,
  submitter: HTMLElement | null,
  arrived: () => void,
): Promise<void> {
  const body = new FormData(form, submitter)
  form.dataset.sending = ''
  say(form, '')
  try {
    const response = await fetch(form.action, {
      ...{ method: 'POST', body, headers: { accept: 'text/html' } },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    // Each of these forms leads on when it is done, and answers with what is in the way when not. Something in front of the
    // server that asks who one is leads on, too, to a page that knows nobody of ours.
    if (response.redirected && response.ok && page.body.dataset.writer !== undefined) {
      arrived()
      location.assign(response.url)
      return
    }
    const words = page.querySelector('main [role="alert"]')?.textContent ?? ''
    say(form, words === '' ? lostWords(null, navigator.onLine) : words)
  } catch (error) {
    say(form, lostWords(error, navigator.onLine))
  }
  delete form.dataset.sending
}

function say(form: HTMLFormElement, words: string): void {
  form.querySelector('[data-said]')?.remove()
  if (words === '') return
  const line = document.createElement('p')
  line.setAttribute('role', 'alert')
  line.className = styles.lost ?? ''
  line.dataset.said = ''
  line.textContent = words
  form.append(line)
}
