'use client'
import { type Dispatch, useCallback, useEffect, useReducer } from 'react'
import { type CompileResult, compileModel } from '#lib/promela/compile.ts'
import { decodePermalink, modelFingerprint } from './permalink.ts'
import { openSession, reduceSession, type Session, type SessionAction } from './session.ts'
import { type SimulationData, variantNamed } from './simulation-data.ts'

type SessionControl = {
  readonly session: Session
  readonly dispatch: Dispatch<SessionAction>
  /** Compiles the variant; the run goes on in it as far as it exists there. */
  readonly selectVariant: (name: string) => void
}

/**
 * The session of a simulation, opened with its recorded trace or with the state that the address names.
 *
 * @param onArrive called when an address named this simulation, now or later; must not change between renders
 */
export function useSession(data: SimulationData, onArrive: () => void): SessionControl {
  const [session, dispatch] = useReducer(reduceSession, data, openWithTrace)

  const selectVariant = useCallback(
    (name: string) => dispatch({ kind: 'compiled', variant: name, compiled: compileVariant(data, name) }),
    [data],
  )

  useEffect(() => {
    const follow = () => {
      const actions = actionsForFragment(data, window.location.hash)
      for (const action of actions) dispatch(action)
      if (actions.length > 0) onArrive()
    }
    follow()
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [data, onArrive])

  return { session, dispatch, selectVariant }
}

function compileVariant(data: SimulationData, name: string): CompileResult {
  const defines = variantNamed(data, name)?.defines ?? {}
  return compileModel({ files: new Map(data.files), main: data.main, defines })
}

function openWithTrace(data: SimulationData): Session {
  const session = openSession(data.variant, compileVariant(data, data.variant))
  if (!data.initialTrace || data.initialTrace.length === 0) return session
  const violated = data.recorded.some((item) => item.variant === data.variant && item.verdict === 'violated')
  const name = violated ? 'the recorded counterexample' : 'the recorded run'
  return reduceSession(session, { kind: 'tell', story: { name, trace: data.initialTrace } })
}

/** What a permalink asks for; nothing when the fragment is not about this simulation. */
function actionsForFragment(data: SimulationData, fragment: string): readonly SessionAction[] {
  const decoded = decodePermalink(data.id, fragment)
  if (!decoded) return []
  if (!decoded.ok) return [{ kind: 'notice', words: decoded.error }]
  const link = decoded.value
  const variant = variantNamed(data, link.variant)
  if (!variant) {
    const known = data.variants.map(({ name }) => name).join(', ')
    return [{ kind: 'notice', words: `The link names the variant ${link.variant}; this model has ${known}.` }]
  }
  const compiled: SessionAction = {
    kind: 'compiled',
    variant: variant.name,
    compiled: compileVariant(data, variant.name),
  }
  if (link.trace.length === 0) return [compiled, { kind: 'forget-story' }, { kind: 'reset' }]
  const changed = link.model !== '' && link.model !== modelFingerprint(data.files, variant.defines)
  const tell: SessionAction = {
    kind: 'tell',
    story: { name: 'the linked run', trace: link.trace },
    cursor: link.cursor,
    ...(changed && {
      notice: 'The model has changed since this link was made, so the run may not be the one that was meant.',
    }),
  }
  return [compiled, tell]
}
