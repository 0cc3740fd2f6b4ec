/**
 * Words that were typed into a form of an act and not sent: a reload, Back or a crash of the page loses none. Kept by the tab, for
 * who typed them, until an answer says that they arrived. With them goes the form's once-only key, so that words of which nobody
 * knows whether they arrived are sent again under the same one. (Comments have drafts of their own, which other tabs have too.)
 */
import { keepInTab, keptInTab, namesInTab, textsOf } from './tab-storage.ts'
import { defaultOf, type Field, giveBack, isChosen, typedIn } from './typed-fields.ts'

const PREFIX = 'kept '
const TYPED = ['text', 'search', 'email', 'url', 'number', 'date']

/** A form with nothing to type has nothing to lose, and a password is nobody's to keep. */
export const isWorthKeeping = (form: HTMLFormElement): boolean =>
  form.querySelector('input[type="password"], input[type="file"]') === null &&
  fieldsOf(form).some(({ type }) => type === 'textarea' || TYPED.includes(type))

/** What a page says in a hidden field is its own: a text from before would stand there in place of the present one. */
const fieldsOf = (form: HTMLFormElement): Field[] =>
  [...form.querySelectorAll<Field>('textarea, select, input')].filter((field) => {
    const isTyped = /^(?:textarea|select)/.test(field.type) || TYPED.includes(field.type)
    return field.name !== '' && !field.hidden && (isTyped || isChosen(field))
  })

/** What the form is about: its page, and what stands in it that nobody types. */
function nameOf(form: HTMLFormElement): string {
  const about = [...form.querySelectorAll<HTMLInputElement>('input[type="hidden"]')]
    .filter(({ name }) => !name.startsWith('$') && name !== 'clientKey' && name !== 'seen')
    .map(({ name, value }) => `${name}=${value}`)
  const fields = fieldsOf(form).map(({ name }) => name)
  return `${PREFIX}${document.body.dataset.writer ?? ''} ${location.pathname} ${[...about, ...fields].join(' ')}`
}

const keyOf = (form: HTMLFormElement) => form.querySelector<HTMLInputElement>('input[name="clientKey"]')

export type Keeping = {
  /** They arrived. */
  readonly forget: () => void
  /** What Next threw to lead on: they arrived, unless it leads to where somebody is asked who they are, or told what is wrong. */
  readonly led: (thrown: unknown) => void
  readonly stop: () => void
}

/** Gives back what was typed before, and keeps what is typed from now on. */
export function keepWords(form: HTMLFormElement): Keeping {
  const name = nameOf(form)
  const untouched = JSON.stringify(fieldsOf(form).map(defaultOf))
  const remember = () => {
    const values = fieldsOf(form).map(typedIn)
    keepInTab(name, JSON.stringify(values) === untouched ? null : { values, key: keyOf(form)?.value ?? '' })
  }
  restore(form, name)
  // An answer empties the form, or gives it what it says that was typed.
  const onReset = () => setTimeout(remember)
  form.addEventListener('input', remember)
  form.addEventListener('change', remember)
  form.addEventListener('reset', onReset)
  const forget = () => keepInTab(name, null)
  return {
    forget,
    led: (thrown) => {
      // The layout says it, which knows the addresses.
      if (isArrival(thrown, (document.body.dataset.nowhere ?? '').split(' '))) forget()
    },
    stop: () => {
      form.removeEventListener('input', remember)
      form.removeEventListener('change', remember)
      form.removeEventListener('reset', onReset)
    },
  }
}

/**
 * @param thrown by `redirect` and its like in next/navigation: of `notFound`, too, nothing is known to have arrived
 * @param nowhere the pages that are led to where nothing arrived, by their paths
 */
export function isArrival(thrown: unknown, nowhere: readonly string[]): boolean {
  if (typeof thrown !== 'object' || thrown === null || !('digest' in thrown)) return false
  // NEXT_REDIRECT;<push or replace>;<where>;<status>;
  const [code, , to = ''] = String(thrown.digest).split(';')
  return code === 'NEXT_REDIRECT' && !nowhere.includes(new URL(to, 'https://here.example').pathname)
}

/** What was sent from this page arrived, whichever form it was. */
export function forgetPage(): void {
  const own = ` ${location.pathname} `
  for (const name of namesInTab()) if (name.startsWith(PREFIX) && name.includes(own)) keepInTab(name, null)
}

function restore(form: HTMLFormElement, name: string): void {
  const kept = keptInTab(name)
  const fields = fieldsOf(form)
  const values = textsOf(kept && 'values' in kept ? kept.values : null)
  if (!kept || values?.length !== fields.length) return
  giveBack(fields, values)
  const key = keyOf(form)
  if (key && 'key' in kept && typeof kept.key === 'string' && kept.key !== '') key.value = kept.key
  const fold = form.closest('details')
  if (fold) fold.open = true
}
