/** The address of a state that the explorer shows, with all that was chosen but a changed text. */

import { encodePermalink, modelFingerprint } from '#lib/simulation/permalink.ts'
import { definesIn, recordedProperty, type Setting } from '#lib/simulation/setting.ts'
import type { SimulationData } from '#lib/simulation/simulation-data.ts'
import { type StoryFilter, WHOLE_STORY } from '#lib/simulation/story-filter.ts'
import { permalinkAddress } from './permalink-address.ts'

export function stateAddress(
  href: string,
  data: SimulationData,
  setting: Setting,
  trace: readonly number[],
  cursor: number,
  filter: StoryFilter = WHOLE_STORY,
): string {
  const { variant, storeBuffers, mutant } = setting
  const link = {
    variant,
    model: modelFingerprint(data.files, definesIn(data, setting)),
    property: setting.property === recordedProperty(data, variant) ? null : setting.property,
    storeBuffers,
    mutant: mutant?.id ?? null,
    trace: trace.slice(0, cursor),
    cursor,
    filter,
  }
  return permalinkAddress(href, data.slug, data.revision, encodePermalink(data.id, link))
}
