import { type PortChanged, portsOfProposal } from '#lib/review/acts/derive-ports.server.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb } from './verb.ts'

/** Lines that are printed of one proposal. */
const SHOWN = 200

/** The places of threads in later revisions, derived again from texts and original anchors. */
export const ports = defineVerb(
  {
    name: 'ports',
    operands: 'SLUG',
    least: 1,
    most: 1,
    about:
      'Derives again where the threads of a proposal stand in later revisions, and says what is another than what is kept. Exit code 1: something is.',
    options: {
      write: { type: 'boolean', says: 'keep what is derived now; places that were said by hand stay' },
    },
  },
  async ({ values, operands }) => {
    const [slug = ''] = operands
    const changes = await portsOfProposal(slug, values.write === true)
    if (changes === null) {
      console.error(`There is no proposal ${slug}.`)
      return exitCode.NOT_DONE
    }
    for (const change of changes.slice(0, SHOWN)) console.log(lineOf(change))
    if (changes.length > SHOWN) console.log(`… and ${changes.length - SHOWN} more`)
    const differing = changes.filter(({ isPinned }) => !isPinned).length
    console.log(
      differing === 0
        ? 'Every place is as it is derived today.'
        : `${differing} places are others${values.write ? ' and were written anew' : ''}.`,
    )
    return differing === 0 || values.write ? exitCode.YES : exitCode.NO
  },
)

function lineOf({ thread, revision, before, now, isPinned }: PortChanged): string {
  const words = (place: PortChanged['now'] | null) =>
    place === null
      ? 'no place'
      : place.key === null
        ? place.state
        : `${place.state} ${place.key} ${place.start}-${place.end} (${Math.round(place.survival * 100)} %)`
  return `#${thread} in v${revision}: ${words(before)} -> ${words(now)}${isPinned ? ', said by hand: stays' : ''}`
}
