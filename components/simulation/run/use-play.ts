'use client'
import { type Dispatch, useCallback, useEffect, useState } from 'react'
import type { Naming } from '#lib/promela/trace/naming.ts'
import { chooseRandom } from '#lib/simulation/choose.ts'
import { MAX_RUN_STEPS } from '#lib/simulation/max-run-steps.ts'
import { canGoOn, type Run } from '#lib/simulation/run.ts'
import { positionWords, type SessionAction } from '#lib/simulation/session.ts'

/** Steps a second that a reader may ask for. */
export const SPEEDS = [1, 2, 5, 10, 30] as const

export type Play = {
  readonly playing: boolean
  readonly speed: number
  readonly setSpeed: (speed: number) => void
  readonly toggle: () => void
  readonly stop: () => void
}

/**
 * Plays the run: along its own steps if some are ahead, and then it stops at their end; else by random steps until
 * something is violated, nothing can move, or the run is full.
 */
export function usePlay(
  run: Run | null,
  dispatch: Dispatch<SessionAction>,
  /** Must not change between renders of one run. */
  naming: Naming | null,
): Play {
  const [mode, setMode] = useState<'replay' | 'random' | null>(null)
  const [speed, setSpeed] = useState(2)

  const stop = useCallback(() => setMode(null), [])
  const ahead = run !== null && run.cursor < run.moments.length
  const toggle = useCallback(
    () => setMode((now) => (now !== null ? null : ahead ? 'replay' : 'random')),
    [ahead],
  )

  useEffect(() => {
    if (mode === null || !run || !naming) return
    const over = mode === 'replay' ? !ahead : !canGoOn(run) || run.cursor >= MAX_RUN_STEPS
    if (over) {
      setMode(null)
      dispatch({ kind: 'say', words: positionWords(run, naming) })
      return
    }
    const timer = setTimeout(() => {
      if (mode === 'replay') dispatch({ kind: 'go', cursor: run.cursor + 1, quiet: true })
      else {
        const choice = chooseRandom(run, Math.random(), naming)
        if (choice.kind === 'take') dispatch({ kind: 'take', index: choice.index, quiet: true })
      }
    }, 1000 / speed)
    return () => clearTimeout(timer)
  }, [mode, run, ahead, speed, dispatch, naming])

  return { playing: mode !== null, speed, setSpeed, toggle, stop }
}
