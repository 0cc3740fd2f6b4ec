/**
 * Words of a review's drafts that the server has not yet: kept by the tab, so that a reload or a crash between the last key and
 * the save loses none. The id of a draft is its writer's alone, so the key needs no name of them.
 */
import { keepInTab, keptInTab, textsOf } from '#components/ui/tab-storage.ts'
import { defaultOf, giveBack, typedIn } from '#components/ui/typed-fields.ts'

const PREFIX = 'review draft '

/** What a person may change in the form of a draft. */
const fieldsOf = (form: HTMLFormElement) => [
  ...form.querySelectorAll<HTMLTextAreaElement | HTMLSelectElement>('textarea, select'),
]
export const valuesOf = (form: HTMLFormElement): readonly string[] => fieldsOf(form).map(typedIn)
/** What the server put into it. */
export const shownIn = (form: HTMLFormElement): readonly string[] => fieldsOf(form).map(defaultOf)
export const giveBackTo = (form: HTMLFormElement, values: readonly string[]): void =>
  giveBack(fieldsOf(form), values)

const versionField = (form: HTMLFormElement) =>
  form.querySelector<HTMLInputElement>('input[name="lockVersion"]')
export const versionIn = (form: HTMLFormElement): string => versionField(form)?.value ?? ''
export function setVersion(form: HTMLFormElement, lockVersion: string): void {
  const field = versionField(form)
  if (field) field.value = lockVersion
}

export type Unsaved = {
  readonly values: readonly string[]
  /** The version that they were typed on. */
  readonly lockVersion: string
  /** What the last save sent, of which nobody knows whether it arrived; null: none was begun. */
  readonly sent: readonly string[] | null
}

/**
 * What becomes of a form of the server that is opened where some words were not saved.
 *
 * @param shown what the server has
 * @returns null: nothing, it has them; else the words, and the version to save them on: an old one, where what the server has is
 *   another's, so that both are shown
 */
export function takenUp(
  kept: Unsaved,
  shown: { readonly values: readonly string[]; readonly lockVersion: string },
): { readonly values: readonly string[]; readonly lockVersion: string } | null {
  if (kept.values.length !== shown.values.length || isSame(kept.values, shown.values)) return null
  const isOwn = kept.sent !== null && isSame(kept.sent, shown.values)
  return { values: kept.values, lockVersion: isOwn ? shown.lockVersion : kept.lockVersion }
}

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one, at) => one === b[at])

const nameOf = (form: HTMLFormElement) => `${PREFIX}${form.dataset.reviewDraft ?? ''}`

export function keepUnsaved(form: HTMLFormElement, sent: readonly string[] | null): void {
  const kept: Unsaved = { values: valuesOf(form), lockVersion: versionIn(form), sent }
  keepInTab(nameOf(form), kept)
}

export const forgetUnsaved = (form: HTMLFormElement): void => keepInTab(nameOf(form), null)

export function unsavedOf(form: HTMLFormElement): Unsaved | null {
  const kept = keptInTab(nameOf(form))
  const values = textsOf(kept && 'values' in kept ? kept.values : null)
  if (!kept || !values) return null
  const lockVersion = 'lockVersion' in kept && typeof kept.lockVersion === 'string' ? kept.lockVersion : ''
  return { values, lockVersion, sent: textsOf('sent' in kept ? kept.sent : null) }
}
