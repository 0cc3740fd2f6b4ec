/**
 * `npm run record:spin`: puts random questions to the installed spin (and lbt), writes down what they say, and stops
 * where we say something else: a record is never made of a difference.
 */
import { execFileSync } from 'node:child_process'
import { compileModel } from '#lib/promela/compile.ts'
import { createSearch } from '#lib/promela/search/search.ts'
import { spinMissing } from '#lib/promela/shell/spin.ts'
import { recordModels } from './proposal-models.ts'
import { claimModes, claimQuestion, oursOnClaim, spinOnClaim } from './random-claims.ts'
import {
  acceptedBy,
  formulaQuestion,
  hasTranslator,
  ourAutomaton,
  prefixText,
  randomWord,
  theirAutomaton,
  translators,
  wordText,
} from './random-formulas.ts'
import { seededRandom } from './random-model.ts'
import { oursOnSafety, safetyKinds, safetyQuestion, spinOnSafety } from './random-safety.ts'
import {
  comparable,
  oursOnWalk,
  randomWalk,
  spinOnWalk,
  type WalkQuestion,
  walkQuestion,
} from './random-walks.ts'
import { type Recorded, writeRecorded } from './recorded.ts'
import { readSamples, walkableCases } from './samples.ts'

/** Each record is asked again in every run: models that are small, and not more of them than say something new. */
const SAFETY = { mixed: 100, unless: 30 }
const CLAIMS = 40
const WALKS = 40
const FORMULAS = 600
const WORDS = 64
const MAX_STATES = 20_000
const MAX_LENGTH = 2_500

function same(ours: unknown, theirs: unknown, about: string): void {
  if (JSON.stringify(ours) !== JSON.stringify(theirs))
    throw new Error(`ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}\n${about}`)
}

async function safety(): Promise<Recorded['recorded-safety'][]> {
  const found: Recorded['recorded-safety'][] = []
  for (const kind of safetyKinds) {
    let wanted = SAFETY[kind.emphasis]
    for (let seed = 1; wanted > 0; seed++) {
      const question = safetyQuestion(seed, kind)
      const ours = question.text.length <= MAX_LENGTH ? oursOnSafety(question, MAX_STATES) : null
      const spin = ours && (await spinOnSafety(question))
      if (!spin) continue
      same(ours, spin, question.text)
      found.push({ ...question, spin })
      wanted--
    }
  }
  return found
}

async function claims(): Promise<Recorded['recorded-claims'][]> {
  const found: Recorded['recorded-claims'][] = []
  for (const mode of claimModes) {
    let wanted = CLAIMS
    for (let seed = 1; wanted > 0; seed++) {
      const question = claimQuestion(seed, mode)
      const ours = question.text.length <= MAX_LENGTH ? oursOnClaim(question, MAX_STATES) : null
      const spin = ours && (await spinOnClaim(question))
      if (!spin) continue
      same(ours, spin, question.text)
      found.push({ ...question, spin })
      wanted--
    }
  }
  return found
}

async function walks(): Promise<Recorded['recorded-walks'][]> {
  const random = seededRandom(7)
  const questions: { of: string; question: WalkQuestion; isStored?: boolean; file?: string }[] = []
  for (const { name, text, file, variants } of readSamples()) {
    for (const { defines, verdict } of variants) {
      if (verdict !== 'violated') continue
      const { program } = compileModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines })
      if (!program) throw new Error(`${name} compiles`)
      const search = createSearch(program)
      while (!search.step(100_000).done);
      const found = search.verdict()
      if (found?.kind !== 'violated') throw new Error(`${name} is violated`)
      questions.push({ of: name, question: { text, defines, walk: found.trace }, isStored: true, file })
    }
  }
  for (const { id, model } of walkableCases()) {
    const { program } = compileModel({ files: new Map([['m.pml', model]]), main: 'm.pml', defines: {} })
    if (program) questions.push({ of: id, question: randomWalk(model, random, 40) })
  }
  for (let seed = 1; seed <= WALKS; seed++) {
    const question = walkQuestion(seed)
    if (question) questions.push({ of: `random ${seed}`, question })
  }
  const found: Recorded['recorded-walks'][] = []
  for (const { of, question, isStored, file } of questions) {
    const { trail, ...ours } = oursOnWalk(question)
    const { steps, values } = await spinOnWalk(
      question,
      trail,
      file ? { text: question.text, file } : undefined,
    )
    same(ours.steps, steps, question.text)
    const { ours: own, theirs } = comparable(ours.values, values)
    same(own, theirs, question.text)
    const { text, ...rest } = question
    found.push({ of, ...rest, ...(isStored ? {} : { text }), trail, spin: { steps, values: theirs } })
  }
  return found
}

/** Writes the files that tests read; 4 where one of the programs is missing. */
export async function record(): Promise<number> {
  const missing = (await spinMissing()) ?? (hasTranslator('lbt') ? null : 'lbt is not installed')
  if (missing !== null) {
    console.error(missing)
    return 4
  }
  const tool = execFileSync('spin', ['-V'], { encoding: 'utf8' }).trim()
  await recordModels(tool)
  const unreduced = 'spin -a -o1 -o2 -o3; gcc -DSAFETY -DNOREDUCE; pan -m50000 -c0'
  writeRecorded('recorded-safety', `Random models, what ${unreduced} says of each.`, tool, await safety())
  writeRecorded(
    'recorded-claims',
    'Random models with a claim or labels, the verdict of pan -a, -l and -f on the unreduced graph.',
    tool,
    await claims(),
  )
  writeRecorded(
    'recorded-walks',
    'Walks as positions among the steps of each state, and what spin -k shows of their trails.',
    tool,
    await walks(),
  )
  const random = seededRandom(31)
  const words = Array.from({ length: WORDS }, () => randomWord(random))
  writeRecorded(
    'recorded-words',
    'Words, letter by letter, with the place where each repeats.',
    'none',
    words.map(wordText),
  )
  const formulas = translators.flatMap((translator) =>
    Array.from({ length: FORMULAS }, (_, at): Recorded['recorded-formulas'] => {
      const formula = formulaQuestion(at + 1, translator)
      const accepted = acceptedBy(theirAutomaton(formula, translator), words)
      same(acceptedBy(ourAutomaton(formula), words), accepted, prefixText(formula))
      return { formula: prefixText(formula), translator, accepted }
    }),
  )
  writeRecorded(
    'recorded-formulas',
    'Formulas in prefix notation, and which of the recorded words the automaton of spin -f or of lbt accepts.',
    `${tool}; lbt`,
    formulas,
  )
  return 0
}
