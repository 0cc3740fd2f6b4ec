'use client'
import { useCallback, useEffect, useReducer, useRef } from 'react'
import type { FromWorker, ToWorker } from '#lib/promela/shell/messages.ts'
import { type Checks, reduceChecks, runningCheck } from '#lib/simulation/check.ts'
import { inputIn, propertyOf, type Setting, settingKey, settingWords } from '#lib/simulation/setting.ts'
import type { SimulationData } from '#lib/simulation/simulation-data.ts'
import { createCheckerWorker } from './create-checker-worker.ts'

/** What a reader's own browser is asked to hold; a search that needs more ends as unfinished and says so. */
const LIMITS = { maxStates: 5_000_000, maxMemoryBytes: 512 * 1024 * 1024 } as const

export type Checker = {
  readonly checks: Checks
  readonly start: (setting: Setting) => void
  readonly cancel: () => void
}

/** Runs searches in a worker that is made at the first one and ends with the component. */
export function useChecker(data: SimulationData): Checker {
  const [checks, dispatch] = useReducer(reduceChecks, {})
  const worker = useRef<Worker | null>(null)
  const lastJob = useRef(0)

  useEffect(
    () => () => {
      worker.current?.terminate()
      worker.current = null
    },
    [],
  )

  const hear = useCallback((message: FromWorker) => dispatch({ kind: 'heard', message }), [])

  const start = useCallback(
    (setting: Setting) => {
      const job = ++lastJob.current
      const property = propertyOf(setting)
      dispatch({ kind: 'started', job, key: settingKey(setting), variant: settingWords(setting), property })
      // Making a worker fails where a policy forbids it, and loading one where the network is gone. Both are
      // the world's doing and are told to the reader instead of breaking the page.
      const fail = (message: string) => {
        worker.current?.terminate()
        worker.current = null
        hear({ kind: 'failed', job: lastJob.current, message })
      }
      try {
        if (!worker.current) {
          worker.current = createCheckerWorker()
          worker.current.onmessage = (event: MessageEvent<FromWorker>) => hear(event.data)
          worker.current.onerror = (event) => fail(event.message || 'the checker could not be loaded')
        }
        const input = inputIn(data, setting)
        const order: ToWorker = {
          ...input,
          kind: 'check',
          job,
          files: [...input.files],
          property,
          limits: LIMITS,
        }
        worker.current.postMessage(order)
      } catch (error) {
        fail(error instanceof Error ? error.message : String(error))
      }
    },
    [data, hear],
  )

  const running = runningCheck(checks)
  const job = running?.job
  const cancel = useCallback(() => {
    if (job === undefined) return
    dispatch({ kind: 'stopping', job })
    worker.current?.postMessage({ kind: 'cancel', job } satisfies ToWorker)
  }, [job])

  return { checks, start, cancel }
}
