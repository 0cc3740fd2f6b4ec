/**
 * What the form of an act on a thread has instead of a comment's: an answer and words that keep a thread open go out as
 * comments, a reason and a condition stand beside the thread, and points each have both.
 */
import button from '#components/ui/button.module.css'
import choices from '#components/ui/choices.module.css'
import { type Html, html } from '#components/ui/html.ts'
import { MAX_ROWS, rowNames, type WordedAct } from '#lib/review/thread/thread-input.ts'
import styles from './comment-form.module.css'

type Words = { readonly label: string; readonly submit: string; readonly help: string }

const REASON_HELP = 'Ten characters or more. It is kept beside the objection, and shown wherever that is.'

export const ACT_FORM_WORDS: Readonly<Record<WordedAct, Words>> = {
  answer: {
    label: 'Your answer',
    submit: 'Answer',
    help: 'It goes out at once as a comment, and whoever opened the thread confirms it or keeps it open.',
  },
  keep: {
    label: 'Why it stays open',
    submit: 'Keep open',
    help: 'It goes out as a comment, and the authors answer again.',
  },
  split: {
    label: 'Its points',
    submit: 'Split',
    help: 'Each point becomes an objection of its own at the same passage; this one gives way to them. Two points or more.',
  },
  challenge: { label: 'Why it does not stand any more', submit: 'Challenge', help: REASON_HELP },
  override: { label: 'Why it is overridden', submit: 'Override', help: REASON_HELP },
  condition: {
    label: 'What would clear it',
    submit: 'Say it',
    help: 'Ten characters or more: what the authors have to show or change.',
  },
}

/** Words of theirs go out as a comment, so they have a preview. */
export const isSpoken = (act: WordedAct): boolean => act === 'answer' || act === 'keep'

/** Of an answer only. */
export const promiseButton = (act: WordedAct): Html | false =>
  act === 'answer' &&
  html`<button class="${button.quiet}" name="intent" value="promise">The next revision answers it</button>`

/** Empty rows are left out when it is sent; a further one comes from the server, with and without scripts. */
export function pointRows(id: string, fields: Readonly<Record<string, string>>): Html {
  const asked = Number(fields.rows)
  const rows = Math.min(MAX_ROWS, Number.isInteger(asked) && asked > 2 ? asked : 2)
  const made = Array.from({ length: rows }, (_, at) => {
    const { words, clears } = rowNames(at + 1)
    return html`<fieldset class="${choices.group} ${styles.point}"><legend>Point ${at + 1}</legend>
      <label for="${id}-${words}">The objection</label><textarea id="${id}-${words}" name="${words}" rows="2">${`\n${fields[words] ?? ''}`}</textarea>
      <label for="${id}-${clears}">What would clear it</label><textarea id="${id}-${clears}" name="${clears}" rows="2">${`\n${fields[clears] ?? ''}`}</textarea></fieldset>`
  })
  return html`${made}<input type="hidden" name="rows" value="${rows}">${
    rows < MAX_ROWS && html`<button class="${button.quiet}" name="intent" value="row">Add a point</button>`
  }`
}
