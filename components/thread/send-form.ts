/**
 * Sends the forms of a page's comments. Whatever comes of it the page stays, and so do the words: when no answer comes it
 * is said that nobody knows, and the same words go out again with the same key, which makes no second comment.
 */
import { askServer, lostSentence, nextTry } from './ask-server.ts'
import type { ChangedAnswer, KeptAnswer, StoredAnswer } from './comment-form-state.ts'
import { settleDraft } from './drafts.ts'
import { elementFrom } from './element-from.ts'
import { goTo, putComment, replaceComment, replaceThread } from './in-place.ts'
import {
  draftName,
  fieldOf,
  formOf,
  hiddenOf,
  keyOf,
  type Layout,
  readyForm,
  rememberDraft,
  uuid,
} from './open-form.ts'
import styles from './thread.module.css'
import { markSending, offer, sayIn, stopWaiting, takeBackOffer, waitToTry } from './try-again.ts'

/** The page around the forms. */
export type Page = {
  readonly layout: Layout
  /** For who cannot see what happened. */
  readonly say: (words: string) => void
}

/** One send and its repetitions: the same words under the same key. */
type Send = {
  readonly body: FormData
  readonly name: string
  readonly sent: string
  readonly key: string
  readonly isPreview: boolean
  tries: number
  /** Something left this browser: from then on nobody here knows whether it arrived. */
  wasAsked: boolean
}

export async function sendForm(
  form: HTMLFormElement,
  pressed: HTMLElement | null,
  page: Page,
): Promise<void> {
  if (form.dataset.sending !== undefined) return
  stopWaiting(form)
  // Not every way into a field makes it say so.
  rememberDraft(form)
  const body = new FormData(form)
  if (pressed instanceof HTMLButtonElement && pressed.name !== '') body.set(pressed.name, pressed.value)
  body.set('layout', page.layout)
  const send = {
    ...{ body, name: draftName(form), sent: fieldOf(form)?.value ?? '', key: keyOf(form) },
    ...{ isPreview: body.get('intent') === 'preview', tries: 0, wasAsked: false },
  }
  await trySend(form, send, page)
}

/** The words of a form changed: what waits to be sent is no longer what stands there. */
export function changedByHand(form: HTMLFormElement): void {
  rememberDraft(form)
  if (!stopWaiting(form)) return
  takeBackOffer(form)
  sayIn(
    form,
    'You changed the text, so it is not sent by itself. Whether it arrived as it was is not known: send it when you are done.',
    fieldOf(form),
  )
}

async function trySend(form: HTMLFormElement, send: Send, page: Page): Promise<void> {
  markSending(form, true)
  const asked = await askServer(form.action, send.body)
  markSending(form, false)
  send.tries += 1
  if (asked.kind === 'lost') return lost(form, send, asked.why, page)
  takeBackOffer(form)
  const { answer } = asked
  switch (answer.kind) {
    case 'refused':
      offerAgain(form, send, page, sayIn(form, answer.words, fieldOf(form)), asked.status)
      fieldOf(form)?.focus()
      return
    case 'form': {
      const next = replaceForm(form, answer.html, send.isPreview)
      // The database was away: as if the server were.
      if (next && asked.status === 503 && !send.isPreview)
        lost(next, { ...send, wasAsked: true }, 'gateway', page)
      return
    }
    case 'kept':
      keptInReview(form, send, answer, page)
      return
    case 'changed':
      changed(form, send, answer, page)
      return
    case 'stored':
      stored(form, send, answer, page)
  }
}

/** What the server could not do now it may be able to do in a moment; what it refused it refuses again. */
function offerAgain(form: HTMLFormElement, send: Send, page: Page, alert: HTMLElement, status: number): void {
  if (status >= 500) offer(form, alert, () => void trySend(form, send, page), false)
}

function lost(form: HTMLFormElement, send: Send, why: Parameters<typeof nextTry>[0], page: Page): void {
  if (!form.isConnected) {
    page.say('It is not known whether your text arrived. It is kept, and there when you open its form again.')
    return
  }
  const again = () => {
    stopWaiting(form)
    if (form.dataset.sending === undefined) void trySend(form, send, page)
  }
  const next = send.isPreview ? null : nextTry(why, send.tries)
  const words = send.isPreview
    ? 'No preview came. Your text stays here; a preview sends nothing to anybody. Try again in a moment.'
    : lostSentence('text', why, next, !send.wasAsked)
  if (why !== 'offline') send.wasAsked = true
  const alert = sayIn(form, words, fieldOf(form))
  offer(form, alert, again, next !== null)
  waitToTry(form, next, again)
  if (!form.contains(document.activeElement)) fieldOf(form)?.focus()
}

/** The server's form takes the place of this one; what is typed meanwhile stays. */
function replaceForm(form: HTMLFormElement, html: string, isPreview: boolean): HTMLFormElement | null {
  const next = elementFrom(html)
  if (!(next instanceof HTMLFormElement)) return null
  const [field, typed] = [fieldOf(next), fieldOf(form)?.value ?? '']
  if (field) field.value = typed
  if (form.dataset.opened !== undefined) next.dataset.opened = ''
  // Whoever is signed in by now: whose words these are is known here.
  if (form.dataset.writer) next.dataset.writer = form.dataset.writer
  if (!form.isConnected) return null
  // The answer has the key that is good from now on; another one may be used up.
  rememberDraft(next)
  readyForm(next)
  form.replaceWith(next)
  const email = next.querySelector<HTMLInputElement>('input[name="email"]')
  const target = isPreview
    ? next.querySelector<HTMLElement>('button[value="preview"]')
    : (email ?? next.querySelector<HTMLElement>('[aria-invalid="true"]') ?? field)
  target?.focus()
  return next
}

function stored(form: HTMLFormElement, send: Send, answer: StoredAnswer, page: Page): void {
  if (form.isConnected) rememberDraft(form)
  const { name, sent, key } = send
  const left = settleDraft(name, { sent, key, freshKey: uuid(), now: Date.now() })
  const isEdit = form.dataset.commentForm === 'edit'
  const isHere = isEdit ? replaceComment(answer, page.layout) : putComment(form, answer, page.layout)
  // The form that has the words now: this one, or one that was opened during the send.
  const open = form.isConnected ? form : formOf(name)
  const isUnchanged = open === null || fieldOf(open)?.value === sent || fieldOf(open)?.value === ''
  if (open && !isUnchanged) {
    const clientKey = hiddenOf(open, 'clientKey')
    if (clientKey && clientKey.value === key) clientKey.value = left?.clientKey ?? uuid()
    const version = hiddenOf(open, 'lockVersion')
    if (version) version.value = String(answer.lockVersion)
    const field = fieldOf(open)
    if (field && isEdit) field.defaultValue = sent
    rememberDraft(open)
    sayIn(
      open,
      isEdit
        ? 'Your text is saved as it was sent. What you typed since is still here, and is not saved.'
        : 'Your comment is sent as it was. What you typed since is still here, and is not sent.',
      field,
    )
    return
  }
  const wasOpen = form.isConnected
  const note = isHere ? null : storedNote(answer)
  if (open && note) open.replaceWith(note)
  else open?.remove()
  page.say(
    isEdit ? 'Your text is saved; the one before is kept with the earlier texts.' : 'Your comment is sent.',
  )
  if (!wasOpen) return
  if (note) note.querySelector('a')?.focus()
  else goTo(answer, page.layout)
  // A form that was loaded as a page would come back with a reload.
  if (form.dataset.opened === undefined && page.layout === 'page')
    history.replaceState(null, '', answer.address)
}

/** The words went into the review: in the place of the form stands where they are. */
function keptInReview(form: HTMLFormElement, send: Send, answer: KeptAnswer, page: Page): void {
  const { name, sent, key } = send
  settleDraft(name, { sent, key, freshKey: uuid(), now: Date.now() })
  const words = answer.count === 1 ? '1 draft' : `${answer.count} drafts`
  page.say(`Kept in your review: ${words}. Nobody else sees it before you publish.`)
  if (!form.isConnected) return
  const field = fieldOf(form)
  if (field && field.value !== sent) {
    const clientKey = hiddenOf(form, 'clientKey')
    if (clientKey) clientKey.value = uuid()
    rememberDraft(form)
    sayIn(form, 'Your text is kept as it was. What you typed since is still here, and is not kept.', field)
    return
  }
  const note = document.createElement('p')
  const link = document.createElement('a')
  link.href = answer.address
  link.textContent = `Your review: ${words}`
  note.append('Kept. ', link)
  form.replaceWith(note)
  link.focus()
}

/** An act of the thread: its frame is another one, and the comment that came with it stands in its place. */
function changed(form: HTMLFormElement, send: Send, answer: ChangedAnswer, page: Page): void {
  const { name, sent, key } = send
  settleDraft(name, { sent, key, freshKey: uuid(), now: Date.now() })
  const wasOpen = form.isConnected
  form.remove()
  const isHere = replaceThread(answer, page.layout)
  if (answer.added) putComment(form, answer.added, page.layout)
  page.say(isHere ? answer.said : `${answer.said} Load the page again to see it.`)
  // What cannot be shown in place is on its own page.
  if (wasOpen && !isHere) location.assign(answer.address)
}

/** In place of the form of a comment that this page has no place for: in a thread of which it shows a part. */
function storedNote(answer: StoredAnswer): HTMLElement {
  const note = document.createElement('p')
  note.className = styles.pending ?? ''
  const link = document.createElement('a')
  link.href = answer.address
  link.textContent = `comment ${answer.comment} of thread ${answer.thread}`
  note.append('It is stored as ', link, '.')
  return note
}
