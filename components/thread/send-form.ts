/**
 * What the island does with the forms and threads of a page. They are HTML that React does not know (`StillHtml`), so
 * these are functions on the document; each takes what it changes.
 */
import { anchor } from '#lib/review/proposal/address.ts'
import { type FormAnswer, formAnswer, type StoredAnswer } from './comment-form-state.ts'
import { keepDraft, readDraft, settleDraft } from './drafts.ts'
import styles from './thread.module.css'

export type Layout = 'inline' | 'page'

const fieldOf = (form: HTMLFormElement) => form.querySelector('textarea')
const hiddenOf = (form: HTMLFormElement, name: string) =>
  form.querySelector<HTMLInputElement>(`input[name="${name}"]`)

function elementFrom(html: string): HTMLElement | null {
  const template = document.createElement('template')
  template.innerHTML = html
  return template.content.firstElementChild instanceof HTMLElement ? template.content.firstElementChild : null
}

/** What a form is about, as its draft is called; null: an edit, whose text is the comment's own. */
function draftName(form: HTMLFormElement): string | null {
  const value = (name: string) => hiddenOf(form, name)?.value ?? ''
  switch (form.dataset.commentForm) {
    case 'thread':
      return `thread ${value('blockKey')}`
    case 'reply':
      return `reply ${value('thread')}.${value('comment')}`
    default:
      return null
  }
}

export function rememberDraft(form: HTMLFormElement): void {
  const name = draftName(form)
  const clientKey = hiddenOf(form, 'clientKey')?.value ?? ''
  if (name !== null) keepDraft(name, { text: fieldOf(form)?.value ?? '', clientKey })
}

/** Words that were not sent, or of which nobody knows, with the key that makes another try harmless. */
function restoreDraft(form: HTMLFormElement): void {
  const name = draftName(form)
  const draft = name === null ? null : readDraft(name)
  const [field, key] = [fieldOf(form), hiddenOf(form, 'clientKey')]
  if (!draft || !field || !key) return
  // A browser that reloads fills the field by itself, and knows nothing of the key.
  if (field.value !== '' && field.value !== draft.text) return
  field.value = draft.text
  key.value = draft.clientKey
}

/** Opens the form that a link would load a page for; false: there is nothing to open it from. */
export function openForm(link: HTMLElement, revision: number): boolean {
  const { compose: kind, block = '', comment = '' } = link.dataset
  const template = [...document.querySelectorAll('template')]
    .map(({ content }) => content.querySelector<HTMLFormElement>(`form[data-comment-form="${kind}"]`))
    .find((one) => one !== null)
  const place = kind === 'reply' ? link.closest('article') : (link.closest('details') ?? link)
  if (!template || !place) return false
  const form = template.cloneNode(true) as HTMLFormElement // of a form
  const [thread = '', seq = ''] = comment.split('.')
  const values = { revision: String(revision), blockKey: block, thread, comment: seq, clientKey: uuid() }
  for (const [name, value] of Object.entries(values)) {
    const input = hiddenOf(form, name)
    if (input) input.value = value
  }
  // One form at a time; the words of the other are kept.
  for (const other of document.querySelectorAll('form[data-opened]')) other.remove()
  form.dataset.opened = ''
  if (kind === 'reply') place.append(form)
  else place.after(form)
  readyForm(form)
  fieldOf(form)?.focus()
  return true
}

/** Gives back what was typed before, and says what works only with scripts. */
export function readyForm(form: HTMLFormElement): void {
  restoreDraft(form)
  for (const hint of form.querySelectorAll<HTMLElement>('[data-scripted]')) hint.hidden = false
}

const NO_ANSWER =
  'No answer came, so it is not known whether your text arrived. It stays here: send it again, which makes no second comment.'

/** What the page says of it. */
export type Sent = { readonly said: string }

/**
 * Sends a form and puts the answer into the page: the comment in its place, or the form again. When no answer comes
 * the words stay, and it is said that nobody knows whether they arrived; the form's key makes another try harmless.
 */
export async function sendForm(
  form: HTMLFormElement,
  pressed: HTMLElement | null,
  layout: Layout,
): Promise<Sent | null> {
  if (form.dataset.sending !== undefined) return null
  form.dataset.sending = ''
  // Not every way into a field makes it say so.
  rememberDraft(form)
  const sent = fieldOf(form)?.value ?? ''
  const body = new FormData(form)
  if (pressed instanceof HTMLButtonElement) body.set(pressed.name, pressed.value)
  body.set('layout', layout)
  for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true')
  let answer: FormAnswer | null = null
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      body,
      headers: { accept: 'application/json' },
    })
    answer = formAnswer(await response.json())
  } catch {
    // The network broke, or what came is no answer of ours: both are told below.
  }
  delete form.dataset.sending
  for (const button of form.querySelectorAll('button')) button.removeAttribute('aria-disabled')
  if (answer === null) {
    sayInForm(form, NO_ANSWER)
    return { said: '' }
  }
  if (answer.kind === 'refused') {
    sayInForm(form, answer.words)
    return { said: '' }
  }
  if (answer.kind === 'form') {
    replaceForm(form, answer.html, body.get('intent') === 'preview')
    return { said: '' }
  }
  const name = draftName(form)
  const now = fieldOf(form)?.value ?? ''
  if (name === null) {
    if (now === sent) location.assign(answer.address)
    else sayInForm(form, 'Your text is saved as it was sent. What you typed since is not: save again.')
    return now === sent ? null : { said: '' }
  }
  const left = settleDraft(name, { sent, now, freshKey: uuid() })
  if (!left) {
    place(form, answer, layout)
    return { said: 'Your comment is sent.' }
  }
  const key = hiddenOf(form, 'clientKey')
  if (key) key.value = left.clientKey
  placeBeside(form, answer, layout)
  sayInForm(form, 'Your comment is sent as it was. What you typed since is still here, and is not sent.')
  return { said: '' }
}

function sayInForm(form: HTMLFormElement, words: string): void {
  const field = fieldOf(form)
  const alert = form.querySelector('[role="alert"]') ?? document.createElement('p')
  alert.setAttribute('role', 'alert')
  alert.textContent = words
  field?.before(alert)
  field?.focus()
}

/** The server's form takes the place of this one; what is typed meanwhile stays. */
function replaceForm(form: HTMLFormElement, html: string, isPreview: boolean): void {
  const next = elementFrom(html)
  if (!(next instanceof HTMLFormElement)) return
  const [field, typed] = [fieldOf(next), fieldOf(form)?.value ?? '']
  if (field) field.value = typed
  if (form.dataset.opened !== undefined) next.dataset.opened = ''
  // The answer has the key that is good from now on; another one may be used up.
  rememberDraft(next)
  readyForm(next)
  form.replaceWith(next)
  const target = isPreview ? next.querySelector<HTMLElement>('button[value="preview"]') : field
  target?.focus()
}

/** Puts the comment where it belongs, and leaves the form, in which more was typed, where it is. */
function placeBeside(form: HTMLFormElement, answer: StoredAnswer, layout: Layout): void {
  // A second try of what had arrived: after a reload the comment is here already.
  const isHere = document.getElementById(anchor.comment(answer.thread, answer.comment, layout)) !== null
  const made = isHere ? null : elementFrom(answer.html)
  const [parent] = answer.ancestors
  if (made && parent === undefined) form.before(made)
  else if (made && parent !== undefined) {
    const item = document.getElementById(anchor.comment(answer.thread, parent, layout))?.closest('li')
    listFor(item, answer.isBeside)?.append(made)
  }
  if (answer.openThreads !== null) countThreads(answer.openThreads, answer.thread)
}

function place(form: HTMLFormElement, answer: StoredAnswer, layout: Layout): void {
  placeBeside(form, answer, layout)
  form.remove()
  const article = document.getElementById(anchor.comment(answer.thread, answer.comment, layout))
  // Somewhere else on the page, or in a thread that is not whole here: its own page has it.
  if (!article) {
    location.assign(answer.address)
    return
  }
  article.focus({ preventScroll: true })
  article.scrollIntoView({ block: 'nearest' })
  // A form that was loaded as a page would come back with a reload.
  if (form.dataset.opened === undefined && layout === 'page') history.replaceState(null, '', answer.address)
}

function listFor(item: HTMLElement | null | undefined, isBeside: boolean): Element | null {
  if (!item) return null
  if (isBeside) return item.parentElement
  const list = [...item.children].find((child) => child instanceof HTMLOListElement)
  if (list) return list
  const made = document.createElement('ol')
  made.className = styles.replies ?? ''
  item.append(made)
  return made
}

function countThreads(open: number, newest: number): void {
  const summary = document.querySelector<HTMLElement>('[data-open-threads]')
  if (!summary) return
  const words = `${open} open ${open === 1 ? 'thread' : 'threads'}`
  summary.dataset.openThreads = String(open)
  if (summary instanceof HTMLAnchorElement) summary.textContent = words
  else {
    const link = document.createElement('a')
    link.href = `#${anchor.thread(newest)}`
    link.dataset.openThreads = String(open)
    link.textContent = words
    summary.replaceWith(link)
  }
}

/** Puts the whole of a thread where a line or a part of it stands; without an answer the link is followed. */
export async function openThreadInPlace(link: HTMLAnchorElement, pieceAddress: string): Promise<void> {
  const number = Number(link.dataset.piece)
  const here = document.getElementById(anchor.thread(number))
  try {
    const response = await fetch(pieceAddress)
    const thread = response.ok ? elementFrom(await response.text()) : null
    if (!thread || !here) return location.assign(link.href)
    const list = here.tagName === 'LI' ? here.parentElement : null
    if (list) {
      here.remove()
      list.before(thread)
      if (list.childElementCount === 0) list.remove()
    } else {
      here.replaceWith(thread)
    }
    const details = thread.querySelector('details')
    if (details) details.open = true
    thread.querySelector<HTMLElement>('article')?.focus({ preventScroll: true })
    thread.scrollIntoView({ block: 'nearest' })
  } catch {
    location.assign(link.href)
  }
}

/** `crypto.randomUUID` exists only on https and localhost; this works on a plain http host of a lab as well. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = Array.from(bytes, (byte, index) => {
    // RFC 9562: version 4 in the seventh byte, the variant in the ninth.
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte
    return marked.toString(16).padStart(2, '0')
  }).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
