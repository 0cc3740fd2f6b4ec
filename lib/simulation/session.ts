/**
 * All that a simulation knows while it runs: which variant was compiled, the run in it, and the last thing that
 * was said to the reader. One reducer, so that every button, key, link and replay goes through one place, and
 * each action leaves a sentence for those who do not see what moved.
 */
import { figure } from '#lib/figures.ts'
import type { CompileResult } from '#lib/promela/compile.ts'
import type { Fault } from '#lib/promela/machine/verdict.ts'
import { type Naming, namingOf, processNames } from '#lib/promela/trace/naming.ts'
import type { Vocabulary } from '#lib/promela/trace/vocabulary.ts'
import { changeTold } from './changes.ts'
import { MAX_RUN_STEPS } from './max-run-steps.ts'
import {
  carryRun,
  currentMoment,
  type Divergence,
  forgetStory,
  goTo,
  leftStory,
  type Run,
  reset,
  type Story,
  standing,
  startRun,
  takeStep,
  tell,
} from './run.ts'
import { type Setting, settingWords } from './setting.ts'
import { stepTold } from './step-words.ts'
import { type StoryFilter, WHOLE_STORY } from './story-filter.ts'

export type Session = {
  readonly setting: Setting
  readonly compiled: CompileResult
  /** The run in the last variant that compiled; not shown while `compiled.program` is null. */
  readonly run: Run | null
  /** What the live region says. */
  readonly said: string
  /** What stays on the page until the next variant or story: that a replay did not fit, that a link was bad. */
  readonly notice: string | null
  /** What of the story is shown. */
  readonly filter: StoryFilter
  /** In whose words a step is said; absent: in those of the model. */
  readonly vocabulary?: Vocabulary | undefined
}

export type SessionAction =
  | { readonly kind: 'compiled'; readonly setting: Setting; readonly compiled: CompileResult }
  /** `quiet`: play takes many steps a second and is not read out. */
  | { readonly kind: 'take'; readonly index: number; readonly quiet?: boolean }
  | { readonly kind: 'go'; readonly cursor: number; readonly quiet?: boolean }
  | { readonly kind: 'reset' }
  | { readonly kind: 'tell'; readonly story: Story; readonly cursor?: number; readonly notice?: string }
  | { readonly kind: 'forget-story' }
  | { readonly kind: 'say'; readonly words: string }
  | { readonly kind: 'notice'; readonly words: string }
  | { readonly kind: 'filter'; readonly filter: StoryFilter }

/** A session before anything was done in it. */
export function openSession(
  setting: Setting,
  compiled: CompileResult,
  { filter = WHOLE_STORY, vocabulary }: Partial<Pick<Session, 'filter' | 'vocabulary'>> = {},
): Session {
  const run = compiled.program ? startRun(compiled.program) : null
  return { setting, compiled, run, said: '', notice: null, filter, vocabulary }
}

export function reduceSession(session: Session, action: SessionAction): Session {
  switch (action.kind) {
    case 'compiled':
      return withSetting(session, action.setting, action.compiled)
    case 'say':
      return { ...session, said: action.words }
    case 'notice':
      return { ...session, said: action.words, notice: action.words }
    case 'filter':
      return { ...session, filter: action.filter }
    default:
      return withRun(session, action)
  }
}

/**
 * The old run goes on in the new setting as far as it exists there. A story of which no step was taken yet is the
 * old setting's and stays behind: nobody is in the middle of it. Another text has other places, so there a run begins.
 */
function withSetting(session: Session, setting: Setting, compiled: CompileResult): Session {
  const base = { ...session, setting, compiled, notice: null }
  const words = settingWords(setting)
  if (!compiled.program) {
    const count = compiled.diagnostics.filter(({ severity }) => severity === 'error').length
    return { ...base, said: `Variant ${words} does not compile: ${count} messages.` }
  }
  if (!session.run) return { ...openSession(setting, compiled, session), said: `Variant ${words}.` }
  const untouched = session.run.story !== null && session.run.cursor === 0 && !leftStory(session.run)
  if (untouched || setting.edited !== session.setting.edited) {
    return { ...base, run: startRun(compiled.program), said: `Variant ${words}.` }
  }
  const { run, diverged } = carryRun(compiled.program, session.run)
  const total = session.run.moments.length
  const notice = diverged ? divergenceWords(diverged, total, `in ${words}`) : null
  const kept = total > 0 && !diverged ? ` The run of ${total} steps exists here too.` : ''
  return { ...base, run, notice, said: notice ?? `Variant ${words}.${kept}` }
}

type RunAction = Exclude<SessionAction, { kind: 'compiled' | 'say' | 'notice' | 'filter' }>

function withRun(session: Session, action: RunAction): Session {
  const { run, vocabulary } = session
  if (!run || !session.compiled.program) return session
  const naming = namingOf(session.compiled.program, vocabulary)
  switch (action.kind) {
    case 'take': {
      const next = takeStep(run, action.index)
      if (next === run) {
        const full = run.cursor >= MAX_RUN_STEPS
        const why = full ? `A run ends at ${MAX_RUN_STEPS} steps.` : 'That step cannot be taken here.'
        return { ...session, said: why }
      }
      return { ...session, run: next, said: action.quiet ? session.said : positionWords(next, naming) }
    }
    case 'go': {
      const next = goTo(run, action.cursor)
      return { ...session, run: next, said: action.quiet ? session.said : positionWords(next, naming) }
    }
    case 'reset': {
      const next = reset(run)
      return { ...session, run: next, said: next.story ? `At the start of ${next.story.name}.` : 'Reset.' }
    }
    case 'tell': {
      const { run: told, diverged } = tell(session.compiled.program, action.story)
      const next = goTo(told, action.cursor ?? 0)
      const misfit = diverged ? divergenceWords(diverged, action.story.trace.length, '') : null
      const notice = [action.notice, misfit].filter(Boolean).join(' ') || null
      const words = `${action.story.name}: ${figure(told.moments.length, 'step')}, shown after ${next.cursor}.`
      return { ...session, run: next, notice, said: notice ?? words }
    }
    case 'forget-story':
      return { ...session, run: forgetStory(run), said: 'The run is yours now.' }
  }
}

function divergenceWords(diverged: Divergence, total: number, where: string): string {
  const place = where ? ` ${where}` : ''
  return `The run exists${place} for ${diverged.at} of its ${total} steps: there ${diverged.reason}.`
}

/** "Step 5 of 9. P1 waiter:1: hb_waiters++. hb_waiters 0 → 1." */
export function positionWords(run: Run, naming: Naming = namingOf(run.program)): string {
  const moment = currentMoment(run)
  const end = endWords(run, naming)
  if (!moment) return ['At the start.', end].filter(Boolean).join(' ')
  const pids = processNames(naming, moment.view)
  const changes = moment.changes.map((change) => changeTold(change, naming, pids)).join(', ')
  return [
    `Step ${run.cursor} of ${run.moments.length}.`,
    `${stepTold(moment.step, naming)}.`,
    changes && `${changes}.`,
    end,
  ]
    .filter(Boolean)
    .join(' ')
}

/** What is special about the state shown; empty when steps can be taken and nothing failed. */
export function endWords(run: Run, naming: Naming = namingOf(run.program)): string {
  const now = standing(run)
  switch (now.kind) {
    case 'over':
      return 'The run is over: every process may end here.'
    case 'stuck':
      return `Violated: ${now.error.message}.`
    case 'open':
      return now.failed.length > 0
        ? `Violated: ${now.failed.map((error) => faultWords(error, naming)).join('; ')}.`
        : ''
  }
}

/** The model's own words always, so that its author finds the place; before them what the vocabulary says of it. */
function faultWords({ kind, message }: Fault, naming: Naming): string {
  const expression = message.replace(/^assertion violated: /, '')
  const own = kind === 'assertion' ? naming.assertion(expression) : null
  return own === null ? message : `this does not hold: ${own.replace(/[.\s]+$/, '')} (${message})`
}
