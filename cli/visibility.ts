import { describeRoleFailure } from '#lib/review/acts/roles.ts'
import { setVisibility } from '#lib/review/acts/set-visibility.server.ts'
import { visibilityOf } from '#lib/review/person/readable.server.ts'
import { isVisibility, VISIBILITIES, VISIBILITY_WORDS } from '#lib/review/person/visibility.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

/** Sets and says who may know of a proposal, in nobody's name: whoever runs it owns the database. */
export const visibility = defineVerb(
  {
    name: 'visibility',
    operands: 'SLUG [VISIBILITY]',
    least: 1,
    most: 2,
    about: `Sets who may know of a proposal; with SLUG alone it says who may.\n${VISIBILITIES.map((one) => `${one}: ${VISIBILITY_WORDS[one]}`).join('\n')}`,
    options: {},
  },
  async ({ operands }) => {
    const [slug = '', wanted] = operands
    if (wanted === undefined) {
      const now = await visibilityOf('program', slug)
      if (now === null) return refused(describeRoleFailure({ kind: 'no-such-proposal' }))
      console.log(now)
      return exitCode.YES
    }
    if (!isVisibility(wanted))
      return wrongUse('visibility', `${wanted} is none of ${VISIBILITIES.join(', ')}`)
    const set = await setVisibility('operator', { slug, visibility: wanted })
    if (!set.ok) return refused(describeRoleFailure(set.error))
    console.log(`${slug} is ${wanted}${set.value ? ' now' : ' already'}. ${VISIBILITY_WORDS[wanted]}`)
    return exitCode.YES
  },
)

function refused(words: string): number {
  console.error(`coherent visibility: ${words}`)
  return exitCode.NO
}
