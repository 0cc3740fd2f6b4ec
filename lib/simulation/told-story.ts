/** The recorded run of a simulation as a story, for who has no checker in their page: the server tells it. */
import { compileModel } from '#lib/promela/compile.ts'
import { namingOf } from '#lib/promela/trace/naming.ts'
import { tell } from './run.ts'
import { inputIn, publishedSetting, recordedProperty } from './setting.ts'
import type { SimulationData } from './simulation-data.ts'
import { type Story, tellStory } from './story.ts'
import { recordedEnd } from './story-end.ts'

/** A page is drawn for everybody, so what one costs is bounded: beyond it stands what was recorded, and no story. */
const MAX_STEPS = 400
const MAX_SOURCE = 128 * 1024

/** `null`: nothing is recorded to be told, or it is too much for a page. */
export function toldStory(data: SimulationData): Story | null {
  const trace = data.initialTrace
  if (!trace || trace.length === 0 || trace.length > MAX_STEPS) return null
  if (data.files.reduce((sum, [, text]) => sum + text.length, 0) > MAX_SOURCE) return null
  const recorded =
    data.recorded.find(
      (item) =>
        item.variant === data.variant &&
        item.trace?.length === trace.length &&
        item.trace.every((index, k) => index === trace[k]),
    ) ?? null
  const property = recorded?.property ?? recordedProperty(data, data.variant)
  const { program } = compileModel(inputIn(data, publishedSetting(data.variant, property)))
  if (!program) return null
  const { run } = tell(program, { name: 'the recorded run', trace })
  const naming = namingOf(program, data.vocabulary)
  return tellStory(run, { naming, property, end: recordedEnd(recorded, trace) })
}
