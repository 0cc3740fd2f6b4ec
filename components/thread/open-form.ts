/**
 * Forms of threads as a page has them: opened where their link stands, with what was typed into them before. They are HTML
 * that React does not know (`StillHtml`), so these are functions on the document.
 */
import { site } from '#lib/review/proposal/address.ts'
import { keepDraft, readDraft } from './drafts.ts'
import { elementFrom } from './element-from.ts'
import { grow } from './grow-field.ts'
import { placeBehind } from './passage-place.ts'
import styles from './thread.module.css'

export type Layout = 'inline' | 'page'

export const fieldOf = (form: HTMLFormElement) => form.querySelector('textarea')
export const hiddenOf = (form: HTMLFormElement, name: string) =>
  form.querySelector<HTMLInputElement>(`input[name="${name}"]`)
const hiddenValue = (form: HTMLFormElement, name: string) => hiddenOf(form, name)?.value ?? ''
export const keyOf = (form: HTMLFormElement) => hiddenValue(form, 'clientKey')

/** What a form is about and whose it is, as its draft is called on every page that has such a form. */
export function draftName(form: HTMLFormElement): string {
  // As it is written: a form that is not in the page yet has no whole address.
  const [, , slug = ''] = (form.getAttribute('action') ?? '').split('/')
  const kind = form.dataset.commentForm ?? ''
  const place =
    kind === 'thread'
      ? ['revision', 'blockKey', 'start', 'end', 'step']
          .map((name) => hiddenValue(form, name))
          .filter((value) => value !== '')
          .join(' ')
      : kind === 'act'
        ? `${hiddenValue(form, 'thread')} ${hiddenValue(form, 'act')}`
        : `${hiddenValue(form, 'thread')}.${hiddenValue(form, 'comment')}`
  return `${form.dataset.writer ?? ''} ${slug} ${kind} ${place}`
}

/** The form of the page with this draft; null: none is open. */
export const formOf = (name: string): HTMLFormElement | null =>
  [...document.querySelectorAll<HTMLFormElement>('form[data-comment-form]')].find(
    (form) => draftName(form) === name,
  ) ?? null

export function rememberDraft(form: HTMLFormElement): void {
  const field = fieldOf(form)
  if (!field) return
  // An edit begins with the comment's own words: those are no draft.
  const text = form.dataset.commentForm === 'edit' && field.value === field.defaultValue ? '' : field.value
  const draft = {
    ...{ text, clientKey: keyOf(form), lockVersion: hiddenValue(form, 'lockVersion') },
    ...{ more: besideWords(form) },
  }
  if (keepDraft(draftName(form), draft, Date.now())) delete form.dataset.unkept
  else form.dataset.unkept = '' // the page asks before it is left
}

/** Fields beside that of the words: a kind that is chosen, what would clear an objection, its further points. */
function besideWords(form: HTMLFormElement): Record<string, string> {
  const first = fieldOf(form)
  const fields = form.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>(
    'textarea, input[type="radio"]:checked',
  )
  const filled = [...fields].filter((field) => field !== first && field.value !== '')
  return Object.fromEntries(filled.map(({ name, value }) => [name, value]))
}

function restoreBeside(form: HTMLFormElement, more: Readonly<Record<string, string>>): void {
  for (const field of form.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>(
    'textarea, input[type="radio"]',
  )) {
    const kept = more[field.name]
    if (kept === undefined || field === fieldOf(form)) continue
    if (field instanceof HTMLInputElement) field.checked = field.value === kept
    else if (field.value === '') field.value = kept
  }
}

/** Words that were not sent, or of which nobody knows, with the key that makes another try harmless. */
function restoreDraft(form: HTMLFormElement): void {
  const draft = readDraft(draftName(form))
  const [field, key] = [fieldOf(form), hiddenOf(form, 'clientKey')]
  if (!draft || !field || !key) return
  // A browser that reloads fills the field by itself, and knows nothing of the key.
  if (field.value !== field.defaultValue && field.value !== draft.text) return
  field.value = draft.text
  key.value = draft.clientKey
  restoreBeside(form, draft.more ?? {})
  // The version that was changed then: when the comment has others words by now, that is told.
  const version = hiddenOf(form, 'lockVersion')
  if (version && draft.lockVersion !== '') version.value = draft.lockVersion
}

/** Gives back what was typed before, and says what works only with scripts. */
export function readyForm(form: HTMLFormElement): void {
  restoreDraft(form)
  const field = fieldOf(form)
  if (field) grow(field)
  for (const hint of form.querySelectorAll<HTMLElement>('[data-scripted]')) hint.hidden = false
}

/** Words of a block that somebody selected: UTF-16 offsets in its text, and the words. */
export type Quote = { readonly start: number; readonly end: number; readonly exact: string }

/** A link to a part of a block (a node of a diagram) shows its words. */
function quoteOf({ dataset: { start, end, words }, textContent }: HTMLElement): Quote | null {
  if (start === undefined || end === undefined) return null
  return { start: Number(start), end: Number(end), exact: words ?? textContent }
}

/**
 * Opens the form that a link would load a page for; false: there is nothing to open it from.
 *
 * @param quote what of the block it is about; null: all of it; left out: what the link says
 */
export function openForm(link: HTMLElement, revision: number, quote: Quote | null = quoteOf(link)): boolean {
  const { compose: kind, block = '', comment = '', step = '', words, label } = link.dataset
  const template = [...document.querySelectorAll('template')]
    .map(({ content }) => content.querySelector<HTMLFormElement>(`form[data-comment-form="${kind}"]`))
    .find((one) => one !== null)
  const place = kind === 'reply' ? link.closest('article') : placeBehind(block)
  if (!template || !place) return false
  const form = template.cloneNode(true) as HTMLFormElement // of a form
  const [thread = '', seq = ''] = comment.split('.')
  const exact = quote?.exact ?? words ?? ''
  const about = quote ? { start: String(quote.start), end: String(quote.end), exact } : { exact, step }
  const values = {
    revision: String(revision),
    blockKey: block,
    thread,
    comment: seq,
    clientKey: uuid(),
    ...about,
  }
  const shown = form.querySelector<HTMLElement>('[data-quote]')
  if (shown && exact !== '') {
    shown.hidden = false
    shown.querySelector('blockquote')?.replaceChildren(exact)
  }
  if (label) form.querySelector('label[for]')?.replaceChildren(label)
  for (const [name, value] of Object.entries(values)) {
    const input = hiddenOf(form, name)
    if (input) input.value = value
  }
  putForm(form, () => place.append(form))
  return true
}

/** Opens the form of an edit, whose words the page has only as they are shown; the server has them as they were typed. */
export async function openEdit(link: HTMLElement, slug: string): Promise<void> {
  const article = link.closest('article')
  const [thread, comment] = (link.dataset.comment ?? '').split('.').map(Number)
  if (!article || !thread || !comment) return
  const form = await piece(site.editFormPiece({ slug, thread, comment }), link)
  if (form instanceof HTMLFormElement) putForm(form, () => article.append(form))
}

/** Opens the form of an act that brings words, behind the buttons of its thread. */
export async function openAct(link: HTMLElement): Promise<void> {
  const form = await piece(link.dataset.form ?? '', link)
  if (form instanceof HTMLFormElement) putForm(form, () => (link.closest('form') ?? link).after(form))
}

function putForm(form: HTMLFormElement, put: () => void): void {
  // One form at a time; the words of the other are kept.
  for (const other of document.querySelectorAll('form[data-opened]')) other.remove()
  form.dataset.opened = ''
  put()
  readyForm(form)
  fieldOf(form)?.focus()
}

/** What stands behind an address as one element; when nothing comes, that is said beside the link, and the page stays. */
export async function piece(address: string, link: HTMLElement): Promise<HTMLElement | null> {
  if (link.dataset.asked !== undefined) return null
  link.dataset.asked = ''
  clearNote(link)
  try {
    const response = await fetch(address, { headers: { accept: 'text/html' } })
    const made = response.ok ? elementFrom(await response.text()) : null
    if (made && (made.matches('section, form, ul') || made.id !== '')) return made
    note(link, 'This could not be had now. Try again, or open the link in another tab.')
  } catch {
    note(link, 'No answer came. Try again in a moment; this page and what you typed in it stay.')
  } finally {
    delete link.dataset.asked
  }
  return null
}

function note(link: HTMLElement, words: string): void {
  const line = document.createElement('p')
  line.setAttribute('role', 'alert')
  line.className = styles.meta ?? ''
  line.dataset.note = ''
  line.textContent = words
  link.after(line)
}

function clearNote(link: HTMLElement): void {
  const next = link.nextElementSibling
  if (next instanceof HTMLElement && next.dataset.note !== undefined) next.remove()
}

/** `crypto.randomUUID` exists only on https and localhost; this works on a plain http host of a lab as well. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = Array.from(bytes, (byte, index) => {
    // RFC 9562: version 4 in the seventh byte, the variant in the ninth.
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte
    return marked.toString(16).padStart(2, '0')
  }).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
