import { figure } from '#lib/figures.ts'

type Counted = {
  readonly writeup: string
  readonly edited: number
  readonly inserted: number
  readonly deleted: number
  readonly moved: number
}
type Answered = { readonly number: number; readonly kind: string; readonly words: string }

const SHOWN = 80

/** `lifetime: 2 passages edited, 1 new.`, and `Answers objection #7: the first words of it`, to be put into better words. */
export function changelogLines(
  changes: readonly Counted[],
  answered: readonly Answered[],
): readonly string[] {
  return [
    ...changes.map(({ writeup, edited, inserted, deleted, moved }) => {
      const parts = [
        ...(edited > 0 ? [`${figure(edited, 'passage')} edited`] : []),
        ...(inserted > 0 ? [`${inserted} new`] : []),
        ...(deleted > 0 ? [`${deleted} deleted`] : []),
        ...(moved > 0 ? [`${moved} moved`] : []),
      ]
      return `${writeup}: ${parts.join(', ')}.`
    }),
    ...answered.map(({ number, kind, words }) => {
      const first = words.replace(/\s+/g, ' ').trim()
      const said = first.length > SHOWN ? `${first.slice(0, SHOWN)}…` : first
      return `Answers ${kind} #${number}${said === '' ? '' : `: ${said}`}`
    }),
  ]
}
