/**
 * Runs that were recorded, as data of the bundle: `evidence/*.json`, each file with what its scenarios have in common.
 *
 *     { "how": "run", "where": "Linux 6.18.44, x86-64", "source": "conformance.c",
 *       "scenarios": { "wake-01": { "title": "A wake before a wait", "runs": 20, "differing": 0,
 *         "did": ["main: futex_wake(A, 1) = 0"], "expected": { "woken": 0 }, "seen": { "woken": 0 } } } }
 *
 * Three things are told apart in `how`, and shown as that word: what was `run` (then with how often, and how often it was
 * other than expected), what was `read` in a source, and what is `inferred` from it. Only the first has runs.
 *
 * It is data of a stranger: bounded, and an error has file and line. A name is there once in all files.
 */
import { z } from 'zod'
import { plainNumber } from '#lib/figures.ts'
import { nearestWord } from '#lib/nearest-word.ts'
import type { RecordedRun, RunFact } from '#lib/writeup/blocks/recorded-run.ts'
import { ID_PATTERN, MAX_ID_LENGTH } from '#lib/writeup/parse/allow-list.ts'
import { MAX_PROBLEMS } from '#lib/writeup/parse/limits.ts'
import { FILE_START, type Problem } from '#lib/writeup/parse/problem.ts'
import { readJson } from './read-json.ts'
import type { EvidenceReference } from './references.ts'

export const EVIDENCE_FOLDER = 'evidence'

/** Of all files together: each scenario that a text names is shown with the page. */
const MAX_EVIDENCE_LENGTH = 512 * 1024
const MAX_SCENARIOS = 300

const words = (what: string, max: number) =>
  z
    .string(`write ${what} as text`)
    .trim()
    .min(1, `write ${what}; it is empty`)
    .max(max, `at most ${max} characters`)
    .regex(/^[^\n]*$/, 'keep it on one line')

const MAX_FACTS = 20
const facts = z
  .record(
    words('the name', 60),
    z.union([words('the value', 200), z.number(), z.boolean()], 'write text, a number, true or false'),
    'write names with their values',
  )
  .refine((all) => Object.keys(all).length <= MAX_FACTS, `at most ${MAX_FACTS} values`)

const scenario = z.strictObject(
  {
    title: words('the title', 200),
    did: z.array(words('the step', 200), 'write a list of steps').max(40, 'at most 40 steps').optional(),
    expected: facts.optional(),
    seen: facts.optional(),
    runs: z.int('write how often it was run').min(1, 'at least once').max(1_000_000_000).optional(),
    differing: z.int('write in how many runs').min(0, 'none is 0').optional(),
  },
  'write `title`, `did`, `expected`, `seen`, `runs`, `differing`',
)

const fileShape = z.strictObject(
  {
    how: z.enum(['run', 'read', 'inferred'], 'write "run", "read" or "inferred"'),
    where: words('where', 300),
    source: words('the source', 300),
    scenarios: z.record(z.string(), scenario, 'write scenarios by their names'),
  },
  'write `how`, `where`, `source` and `scenarios`',
)

/** @param texts of the bundle, by path. */
export function readEvidence(texts: ReadonlyMap<string, string>): {
  readonly runs: ReadonlyMap<string, RecordedRun>
  readonly problems: readonly Problem[]
} {
  const files = [...texts].filter(([path]) => path.startsWith(`${EVIDENCE_FOLDER}/`))
  const runs = new Map<string, RecordedRun>()
  const problems: Problem[] = []
  const report = (file: string, message: string, place = FILE_START) => {
    if (problems.length < MAX_PROBLEMS) problems.push({ file, rule: 'evidence', message, ...place })
  }
  let length = 0
  for (const [file, text] of files.sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!file.endsWith('.json')) continue // programs and the like lie there too
    length += text.length
    if (length > MAX_EVIDENCE_LENGTH) {
      report(
        file,
        `Recorded runs have more than ${MAX_EVIDENCE_LENGTH / 1024} KB together: record less of each.`,
      )
      break
    }
    const json = readJson(file, text, 'evidence')
    if (!json.ok) {
      problems.push(json.error)
      continue
    }
    const read = fileShape.safeParse(json.value.value)
    if (!read.success) {
      for (const issue of read.error.issues) {
        const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
        const field = path.map(String).join('.').slice(0, 120)
        const what =
          issue.code === 'unrecognized_keys' ? 'is not a field that can stand here; delete it' : issue.message
        report(file, field === '' ? `${what}.` : `\`${field}\`: ${what}.`, json.value.placeOf(path))
      }
      continue
    }
    const { scenarios, ...common } = read.data
    for (const [name, one] of Object.entries(scenarios)) {
      const complaint =
        complaintAbout(name, one, common.how) ??
        (runs.has(name) ? 'the name is there already: choose another' : null) ??
        (runs.size >= MAX_SCENARIOS ? `at most ${MAX_SCENARIOS} scenarios` : null)
      if (complaint === null) runs.set(name, runOf(name, one, common))
      else
        report(
          file,
          `\`${name.slice(0, MAX_ID_LENGTH)}\`: ${complaint}.`,
          json.value.placeOf(['scenarios', name]),
        )
    }
  }
  return { runs, problems }
}

type Scenario = z.output<typeof scenario>

function complaintAbout(name: string, one: Scenario, how: RecordedRun['how']): string | null {
  if (!ID_PATTERN.test(name) || name.length > MAX_ID_LENGTH)
    return 'name a scenario by lower case words joined by hyphens, such as wake-01'
  if (how !== 'run')
    return one.runs === undefined && one.differing === undefined ? null : `what was ${how} has no \`runs\``
  if (one.runs === undefined || one.seen === undefined) return 'what was run needs `runs` and `seen`'
  if ((one.differing ?? 0) > one.runs) return `\`differing\` is more than its ${one.runs} runs`
  return null
}

function runOf(
  name: string,
  { title, did = [], expected = {}, seen = {}, runs, differing = 0 }: Scenario,
  common: Pick<RecordedRun, 'how' | 'where' | 'source'>,
): RecordedRun {
  const factsOf = (all: NonNullable<Scenario['seen']>): RunFact[] =>
    Object.entries(all).map(([key, value]) => ({
      name: key,
      value: typeof value === 'number' ? plainNumber(value) : String(value),
    }))
  return {
    ...{ name, ...common, title, did, expected: factsOf(expected), seen: factsOf(seen) },
    ...{ runs: runs ?? null, differing },
  }
}

/** Different names for which the nearest one is looked for. */
const MOST_GUESSED = 20

export function evidenceProblems(
  used: readonly EvidenceReference[],
  runs: ReadonlyMap<string, RecordedRun>,
): Problem[] {
  const names = [...runs.keys()]
  const unknown = used.filter(({ scenario: name }) => !runs.has(name))
  const guessed = [...new Set(unknown.map(({ scenario: name }) => name))].slice(0, MOST_GUESSED)
  const meant = new Map(guessed.map((name) => [name, nearestWord(name, names)]))
  return unknown.slice(0, MAX_PROBLEMS).map(({ file, scenario: name, line, column, endLine, endColumn }) => {
    const near = meant.get(name) ?? null
    const advice = near === null ? 'record it in a file of `evidence/`.' : `did you mean \`${near}\`?`
    const message = `No file of \`evidence/\` records the scenario \`${name}\`: ${advice}`
    return { file, rule: 'evidence', message, line, column, endLine, endColumn }
  })
}
