import { BaseSequencer } from 'vitest/node'

/**
 * A sequencer of Vitest that begins with the named files, in that order. By itself it goes by what it measured in an
 * earlier run, which a new clone has not, and then by size, which says nothing about time.
 */
export const SlowFirst = (names) =>
  class extends BaseSequencer {
    async sort(files) {
      const rank = ({ moduleId }) => {
        const at = names.findIndex((name) => moduleId.endsWith(`/${name}`))
        return at === -1 ? names.length : at
      }
      return (await super.sort(files)).toSorted(
        (a, b) =>
          a.project.config.sequence.groupOrder - b.project.config.sequence.groupOrder || rank(a) - rank(b),
      )
    }
  }
