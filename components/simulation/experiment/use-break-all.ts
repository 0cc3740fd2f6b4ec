'use client'
/**
 * Every mutant of the model, one after the other, in a worker of its own: "break all" goes on while the reader steps
 * through one of the counterexamples that it found. The model itself comes first, because only a claim that holds can
 * notice anything.
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import { createCheckerWorker } from '#components/simulation/check/create-checker-worker.ts'
import { type Answer, answerOf, mutantBound } from '#lib/promela/experiment/answer.ts'
import type { Counts, Verdict } from '#lib/promela/machine/verdict.ts'
import type { Mutant } from '#lib/promela/mutate/mutants.ts'
import type { FromWorker, ToWorker } from '#lib/promela/shell/messages.ts'
import { inputIn, propertyOf, type Setting } from '#lib/simulation/setting.ts'
import type { SimulationData } from '#lib/simulation/simulation-data.ts'

/** A reader waits for a list: whoever needs a longer search starts it for that mutant alone. */
const LIMITS = { maxMs: 10_000, maxMemoryBytes: 256 * 1024 * 1024 } as const

export type BreakAll = {
  readonly kind: 'idle' | 'running' | 'done' | 'failed'
  readonly total: number
  /** By id of the mutant. `null`: it is no model any more. */
  readonly answers: ReadonlyMap<string, Answer | null>
  /** What stands in the way: the model is violated as it is, or the checker failed. */
  readonly obstacle: string | null
}

const idle: BreakAll = { kind: 'idle', total: 0, answers: new Map(), obstacle: null }

/** `setting` is the one that is broken: without a mutant. Another one forgets what was found. */
export function useBreakAll(data: SimulationData, setting: Setting, key: string) {
  const [state, setState] = useState<BreakAll>(idle)
  const worker = useRef<Worker | null>(null)

  const end = useCallback(() => {
    worker.current?.terminate()
    worker.current = null
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was found belongs to the setting that the key names
  useEffect(() => {
    setState(idle)
    return end
  }, [key, end])

  const start = useCallback(
    (mutants: readonly Mutant[]) => {
      end()
      const jobs: readonly (Mutant | null)[] = [null, ...mutants]
      const answers = new Map<string, Answer | null>()
      let base: Counts | null = null
      let at = 0
      const total = mutants.length
      const stop = (kind: BreakAll['kind'], obstacle: string | null) => {
        end()
        setState({ kind, total, answers: new Map(answers), obstacle })
      }
      const ask = () => {
        const mutant = jobs[at]
        if (mutant === undefined) return stop('done', null)
        const input = inputIn(data, { ...setting, mutant })
        const maxStates = base ? mutantBound(base) : 2_000_000
        const order: ToWorker = {
          ...input,
          kind: 'check',
          job: at,
          files: [...input.files],
          property: propertyOf(setting),
          limits: { ...LIMITS, maxStates },
        }
        worker.current?.postMessage(order)
      }
      const hear = (message: FromWorker) => {
        if (message.job !== at || message.kind === 'progress') return
        if (message.kind === 'failed') return stop('failed', message.message)
        const mutant = jobs[at]
        if (mutant) {
          const counts = base
          answers.set(
            mutant.id,
            message.kind === 'verdict' && counts ? answerOf(message.verdict, counts, mutant.kind) : null,
          )
        } else {
          const obstacle = obstacleOf(message)
          if (obstacle !== null) return stop('done', obstacle)
          if (message.kind === 'verdict') base = message.verdict.counts
        }
        at++
        setState({ kind: 'running', total, answers: new Map(answers), obstacle: null })
        ask()
      }
      setState({ kind: 'running', total, answers, obstacle: null })
      try {
        const made = createCheckerWorker()
        made.onmessage = (event: MessageEvent<FromWorker>) => hear(event.data)
        made.onerror = (event) => stop('failed', event.message || 'the checker could not be loaded')
        worker.current = made
        ask()
      } catch (error) {
        stop('failed', error instanceof Error ? error.message : String(error))
      }
    },
    [data, setting, end],
  )

  const cancel = useCallback(() => {
    end()
    setState((now) => ({ ...now, kind: 'done' }))
  }, [end])

  return { state, start, cancel }
}

/** Why it would say nothing to break the model; `null` when it holds. */
function obstacleOf(message: FromWorker): string | null {
  if (message.kind !== 'verdict') return 'The model does not compile.'
  const verdict: Verdict = message.verdict
  switch (verdict.kind) {
    case 'holds':
      return null
    case 'violated':
      return `Nothing is broken yet, and it is violated already: ${verdict.message}. Only what holds can notice a mistake; choose another variant.`
    case 'unfinished':
      return `The search of the model itself did not end (${verdict.message}), so there is nothing to compare with.`
  }
}
