/** What a mail says of a recorded run: what was done, where, and what came of it. Pairs of label and text. */
import { comparedFacts, type RecordedRun } from '#lib/writeup/blocks/recorded-run.ts'

export function evidenceLines(run: RecordedRun): [label: string, text: string][] {
  const facts = (all: RecordedRun['seen']) => all.map(({ name, value }) => `${name} = ${value}`).join('; ')
  const lines: [string, string][] = [
    ['Where:', run.where],
    ['Source:', run.source],
  ]
  for (const [at, step] of run.did.entries()) lines.push([at === 0 ? 'Done:' : '', step])
  if (run.expected.length > 0) lines.push(['Expected:', facts(run.expected)])
  const others = comparedFacts(run).filter(({ expected, seen }) => expected !== seen)
  const isSame = run.expected.length > 0 && others.length === 0
  if (run.seen.length > 0) lines.push(['Seen:', isSame ? 'the same' : facts(run.seen)])
  return lines
}
