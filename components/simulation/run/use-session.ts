'use client'
import { type Dispatch, useCallback, useEffect, useReducer } from 'react'
import { type CompileResult, compileModel } from '#lib/promela/compile.ts'
import { decodePermalink, modelFingerprint, type Permalink } from '#lib/simulation/permalink.ts'
import { openSession, reduceSession, type Session, type SessionAction } from '#lib/simulation/session.ts'
import {
  annotatedIn,
  inputIn,
  mutantsIn,
  propertiesIn,
  publishedSetting,
  recordedProperty,
  SAFETY,
  type Setting,
} from '#lib/simulation/setting.ts'
import { type SimulationData, variantNamed } from '#lib/simulation/simulation-data.ts'
import { WHOLE_STORY } from '#lib/simulation/story-filter.ts'

type SessionControl = {
  readonly session: Session
  readonly dispatch: Dispatch<SessionAction>
  /** Compiles what was chosen; the run goes on in it as far as it exists there. */
  readonly choose: (setting: Setting) => void
}

/**
 * The session of a simulation, opened with its recorded trace or with the state that the address names.
 *
 * @param onArrive called when an address named this simulation, now or later; must not change between renders
 */
export function useSession(data: SimulationData, onArrive: () => void): SessionControl {
  const [session, dispatch] = useReducer(reduceSession, data, openWithTrace)

  const choose = useCallback(
    (setting: Setting) => dispatch({ kind: 'compiled', ...compileSetting(data, setting) }),
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

  return { session, dispatch, choose }
}

/** Another variant or text may have other claims: what cannot be asked of it becomes safety. */
function compileSetting(
  data: SimulationData,
  wanted: Setting,
): { setting: Setting; compiled: CompileResult } {
  const compiled = compileModel(inputIn(data, wanted))
  const { program } = compiled
  const fits = !program || propertiesIn(program).includes(wanted.property)
  return { setting: fits ? wanted : { ...wanted, property: SAFETY }, compiled }
}

export function isTrace(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a?.length === b.length && a.every((index, at) => index === b[at])
}

function openWithTrace(data: SimulationData): Session {
  const told = data.initialTrace && data.recorded.find(({ trace }) => isTrace(trace, data.initialTrace ?? []))
  const asked = data.claims?.find(({ id }) => id === data.claim)?.property
  const property = asked ?? told?.property ?? recordedProperty(data, data.variant)
  const { setting, compiled } = compileSetting(data, publishedSetting(data.variant, property))
  const session = openSession(setting, compiled, data)
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
  const setting = settingOf(data, link)
  if (typeof setting === 'string') return [{ kind: 'notice', words: setting }]
  const compiled = { kind: 'compiled', ...compileSetting(data, setting) } as const
  if (compiled.setting.property !== setting.property) {
    return [
      { kind: 'notice', words: `The link asks for ${setting.property}, which this model does not have.` },
    ]
  }
  // Without a filter the link shows all of it: what stood here is not what its sender saw.
  const filtered = { kind: 'filter', filter: link.filter ?? WHOLE_STORY } as const
  if (link.trace.length === 0) return [compiled, filtered, { kind: 'forget-story' }, { kind: 'reset' }]
  const changed = link.model !== '' && link.model !== modelFingerprint(data.files, variant.defines)
  const tell: SessionAction = {
    kind: 'tell',
    story: { name: 'the linked run', trace: link.trace },
    cursor: link.cursor,
    ...(changed && {
      notice: 'The model has changed since this link was made, so the run may not be the one that was meant.',
    }),
  }
  return [compiled, filtered, tell]
}

/** What a link chooses beside the variant; a sentence when this model has no such thing. */
function settingOf(data: SimulationData, link: Permalink): Setting | string {
  const setting = publishedSetting(link.variant, link.property ?? recordedProperty(data, link.variant))
  if (link.storeBuffers !== null && annotatedIn(data).length === 0)
    return 'The link asks for store buffers; this model says for no variable that it has one.'
  const ordered = { ...setting, storeBuffers: link.storeBuffers }
  if (link.mutant === null) return ordered
  const mutant = mutantsIn(data, ordered).find(({ id }) => id === link.mutant)
  return mutant ? { ...ordered, mutant } : 'The link breaks the model where there is nothing any more.'
}
