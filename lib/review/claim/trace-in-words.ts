/**
 * The counterexample of a claim as it goes by mail. What is stored is in the model's own names; where the cover of the
 * revision has a vocabulary the same run is told in its words, when it is asked for.
 */
import { compileModel } from '#lib/promela/compile.ts'
import { namingOf } from '#lib/promela/trace/naming.ts'
import { tell } from '#lib/simulation/run.ts'
import { tellStory } from '#lib/simulation/story.ts'
import { storyLines } from '#lib/simulation/story-lines.ts'
import type { Bundle, BundleClaim } from '#lib/writeup/bundle/bundle.ts'
import type { CheckReport } from './check-report.ts'

/** A longer one is nothing that anybody reads in a mail, and has its table as it was stored. */
const MAX_STEPS = 2_000

export function traceLines(
  { models, files }: Pick<Bundle, 'models' | 'files'>,
  claim: Pick<BundleClaim, 'model' | 'defines' | 'property'>,
  report: Extract<CheckReport, { kind: 'violated' }>,
): readonly string[] {
  const model = models.find(({ name }) => name === claim.model)
  if (!model?.vocabulary || report.trace.length > MAX_STEPS) return report.table
  const { program } = compileModel({
    files: new Map(
      files
        .filter(({ path }) => path.startsWith('models/'))
        .map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]),
    ),
    main: model.file,
    defines: Object.fromEntries(claim.defines.map(({ name, value }) => [name, value ?? ''])),
  })
  if (!program) return report.table
  const { run, diverged } = tell(program, { name: '', trace: report.trace })
  // Another checker than the one that found it: its words are all that there is.
  if (diverged) return report.table
  const end =
    claim.property === 'safety' ? null : { cycleStart: report.cycleStart ?? null, message: report.error }
  return storyLines(
    tellStory(run, { naming: namingOf(program, model.vocabulary), property: claim.property, end }),
  )
}
