'use client'
import { useEffect } from 'react'
import {
  forgetUnsaved,
  giveBackTo,
  keepUnsaved,
  setVersion,
  shownIn,
  takenUp,
  unsavedOf,
  valuesOf,
  versionIn,
} from './draft-journal.ts'

/** After the last key, before the words go to the server. */
const PAUSE_MS = 1200

type Answer =
  | { readonly kind: 'saved'; readonly lockVersion: number }
  | {
      readonly kind: 'conflict'
      readonly words: string
      readonly theirs: string
      readonly lockVersion: number
    }
  | { readonly kind: 'refused'; readonly words: string }

/**
 * Keeps the drafts of a review on the server while they are typed. Each goes with the version that it was opened on: what
 * another tab wrote is shown beside these words and replaced by nobody but the person. Until they are there the tab keeps them
 * (`draft-journal.ts`). Without this island the button does.
 */
export function Autosave() {
  useEffect(() => {
    /** Forms with words that the server has not: typed, on their way, refused, or beside what another tab wrote. */
    const unsaved = new Set<HTMLFormElement>()
    const timers = new Map<HTMLFormElement, ReturnType<typeof setTimeout>>()
    /** The save of a form that runs: the next one of it begins behind it. */
    const running = new Map<HTMLFormElement, Promise<void>>()

    const say = (form: HTMLFormElement, words: string) => {
      const place = form.querySelector('[data-draft-said]')
      if (place) place.textContent = words
    }
    const save = async (form: HTMLFormElement): Promise<void> => {
      if (isContested(form)) return say(form, 'Not saved. Press Save to replace the present text.')
      const sent = new FormData(form)
      const words = wordsOf(sent)
      sent.set('intent', 'autosave')
      keepUnsaved(form, valuesOf(form))
      try {
        const response = await fetch(form.action, {
          ...{ method: 'POST', body: sent, headers: { accept: 'application/json' } },
          signal: AbortSignal.timeout(30_000),
        })
        const answer: Answer = await response.json()
        if (answer.kind === 'saved') {
          seen(form, answer.lockVersion)
          // What was typed meanwhile has its own turn.
          if (wordsOf(new FormData(form)) !== words) return keepUnsaved(form, null)
          unsaved.delete(form)
          forgetUnsaved(form)
          return say(form, 'Saved.')
        }
        if (answer.kind === 'conflict') {
          // Save replaces their text, which is shown. The form that publishes keeps the version that this person saw.
          setVersion(form, String(answer.lockVersion))
          showTheirs(form, answer.theirs)
        }
        say(form, answer.words)
      } catch {
        say(form, 'Not saved: no answer came. Your words stay here; press Save, or type on.')
      }
    }
    const start = (form: HTMLFormElement): Promise<void> => {
      clearTimeout(timers.get(form))
      timers.delete(form)
      const done = (running.get(form) ?? Promise.resolve()).then(() => save(form))
      running.set(form, done)
      return done
    }
    const saveSoon = (form: HTMLFormElement) => {
      unsaved.add(form)
      clearTimeout(timers.get(form))
      say(form, '')
      timers.set(
        form,
        setTimeout(() => void start(form), PAUSE_MS),
      )
    }
    const onInput = (event: Event) => {
      const form =
        event.target instanceof Element && event.target.closest<HTMLFormElement>('[data-review-draft]')
      if (!form) return
      keepUnsaved(form, unsavedOf(form)?.sent ?? null)
      saveSoon(form)
    }
    // What was typed and not saved yet is saved before the review is published; what cannot be keeps it back.
    const onSubmit = (event: SubmitEvent) => {
      const form = event.target
      if (!(form instanceof HTMLFormElement)) return
      if (form.matches('[data-review-draft]')) {
        clearTimeout(timers.get(form))
        timers.delete(form)
        unsaved.delete(form)
        return
      }
      if (!form.matches('[data-review-publish]') || unsaved.size === 0) return
      event.preventDefault()
      const button = event.submitter
      void Promise.all([...unsaved].map(start)).then(() => {
        const [left] = unsaved
        if (left) left.querySelector('textarea')?.focus()
        else form.requestSubmit(button)
      })
    }
    const onLeave = (event: BeforeUnloadEvent) => {
      if (unsaved.size > 0) event.preventDefault()
    }
    for (const form of document.querySelectorAll<HTMLFormElement>('[data-review-draft]')) {
      const kept = unsavedOf(form)
      const back = kept && takenUp(kept, { values: shownIn(form), lockVersion: versionIn(form) })
      if (!back) {
        forgetUnsaved(form)
        continue
      }
      giveBackTo(form, back.values)
      setVersion(form, back.lockVersion)
      saveSoon(form)
    }
    document.addEventListener('input', onInput)
    document.addEventListener('submit', onSubmit)
    window.addEventListener('beforeunload', onLeave)
    return () => {
      for (const timer of timers.values()) clearTimeout(timer)
      document.removeEventListener('input', onInput)
      document.removeEventListener('submit', onSubmit)
      window.removeEventListener('beforeunload', onLeave)
    }
  }, [])
  return null
}

const wordsOf = (fields: FormData): string =>
  JSON.stringify([...fields].filter(([name]) => name !== 'lockVersion'))

/** Both texts are there: which of them stays is the person's to say, by the button. */
const isContested = (form: HTMLFormElement): boolean => form.querySelector('[data-theirs]') !== null

/** The version from now on, in its own form and in the one that publishes. */
function seen(form: HTMLFormElement, lockVersion: number): void {
  setVersion(form, String(lockVersion))
  const id = form.dataset.reviewDraft ?? ''
  for (const input of document.querySelectorAll<HTMLInputElement>(
    '[data-review-publish] input[name="draft"]',
  ))
    if (input.value.startsWith(`${id}.`)) input.value = `${id}.${lockVersion}`
}

function showTheirs(form: HTMLFormElement, theirs: string): void {
  const section = document.createElement('section')
  section.dataset.theirs = ''
  const [heading, text] = [document.createElement('h3'), document.createElement('pre')]
  heading.textContent = 'The present text'
  text.textContent = theirs
  section.append(heading, text)
  form.append(section)
}
