'use client'
/**
 * The way to say something about the step that is shown. It is a link as those beside passages are, so the page of a proposal opens
 * its form in place, and without an account it leads to a page that says how to get one.
 */
import button from '#components/ui/button.module.css'
import { site } from '#lib/review/proposal/address.ts'
import { changeWords } from '#lib/simulation/changes.ts'
import type { Moment } from '#lib/simulation/run.ts'
import { stepSentence } from '#lib/simulation/step-shown.ts'
import { stepWords } from '#lib/simulation/step-words.ts'

export function StepComment(props: {
  slug: string
  revision: number
  /** The id of the simulation, which is the key of its block. */
  simulation: string
  variant: string
  storeBuffers: number | null
  moment: Moment
  /** From 1. */
  step: number
  /** The fragment that leads to it, with its `#`. */
  fragment: string
}) {
  const { slug, revision, simulation, moment, fragment } = props
  const changes = moment.changes.map(changeWords).join(', ')
  const words = stepSentence({ ...props, words: stepWords(moment.step), changes })
  return (
    <a
      className={button.quiet}
      href={site.stepForm(slug, revision, simulation, fragment)}
      data-compose="thread"
      data-block={simulation}
      data-step={fragment.slice(1)}
      data-words={words}
      data-label="Your comment on this step"
      data-step-comment=""
    >
      Comment on this step
    </a>
  )
}
