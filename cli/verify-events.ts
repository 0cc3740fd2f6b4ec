import { figure } from '#lib/figures.ts'
import { verifyChains } from '#lib/review/event/verify-chain.server.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb } from './verb.ts'

const isHash = (text: string) => /^[0-9a-f]{64}$/.test(text)

/** NO: an event is not what was recorded, or a hash that was printed once is not there any more. */
export const verifyEvents = defineVerb(
  {
    name: 'verify-events',
    operands: '[SLUG]',
    least: 0,
    most: 1,
    about:
      'Computes the chain of events anew and names, of each proposal, the first event that is not what was recorded.\n' +
      'Prints the hash of the last one: kept elsewhere and given to --has, it shows that none is gone from the end.\n' +
      'Changes nothing. 1: an event does not fit, or the hash is not there.',
    options: {
      has: {
        type: 'string',
        value: 'HASH',
        says: 'a hash that was printed before, which has to be in the chain of SLUG still',
        check: (text) => (isHash(text) ? null : 'is no hash that was printed: 64 digits of 0-9 and a-f'),
      },
    },
  },
  async ({ values, operands }) => {
    const [slug = null] = operands
    const asked = values.has ?? null
    let [proposals, events, wrong, seen] = [0, 0, 0, false]
    for await (const chain of verifyChains(slug, asked)) {
      proposals += 1
      events += chain.events
      if (chain.seen) seen = true
      if (chain.problem === null)
        console.log(`${chain.slug}: ${figure(chain.events, 'event')}, ${chain.head ?? 'no hash'}`)
      else {
        wrong += 1
        const { id, kind, says } = chain.problem
        console.log(
          `${chain.slug}: event ${id} (${kind}) ${says}. ${figure(chain.events, 'event')} before it fit.`,
        )
      }
    }
    if (slug !== null && proposals === 0) {
      console.error(`There is no proposal ${slug}.`)
      return exitCode.NOT_DONE
    }
    if (asked !== null && !seen)
      console.log(`${asked} is in no chain that fits: events behind it, or it, are gone.`)
    console.log(
      wrong === 0
        ? `${figure(events, 'event')} of ${figure(proposals, 'proposal')}: each is what was recorded.`
        : `In ${figure(wrong, 'proposal')} of ${proposals} the log was changed.`,
    )
    return wrong === 0 && (asked === null || seen) ? exitCode.YES : exitCode.NO
  },
)
