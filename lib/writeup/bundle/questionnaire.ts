/**
 * A questionnaire: what the write-ups of a subsystem must answer. Versioned (`futex@1`), so that a proposal is
 * held to the questions it was written for.
 */
import { z } from 'zod'
import { err, ok, type Result } from '#lib/result.ts'
import { ID_PATTERN } from '#lib/writeup/parse/allow-list.ts'
import { WRITEUP_IDS, type WriteupId } from '#lib/writeup/parse/document-id.ts'
import { checkFields, readYaml } from '#lib/writeup/parse/front-matter.ts'
import { FILE_START, type Problem } from '#lib/writeup/parse/problem.ts'

export type Question = {
  /** What an answer names: `<Answer to="lifetime-owner">`. */
  readonly id: string
  readonly writeup: WriteupId
  /** One sentence that says what an answer must tell. */
  readonly help: string
  /** An answer needs at least one linked claim that holds. */
  readonly needsClaim: boolean
}

export type Questionnaire = {
  /** `futex@1`. */
  readonly id: string
  readonly title: string
  readonly questions: readonly Question[]
}

const questionnaireSchema = z.strictObject({
  title: z.string('write the title').min(1),
  questions: z
    .array(
      z.strictObject({
        id: z.string('write an id').regex(ID_PATTERN, 'write lower case words joined by hyphens'),
        writeup: z.enum(WRITEUP_IDS, `write one of ${WRITEUP_IDS.join(', ')}`),
        help: z.string('write a sentence of help').min(20, 'write a whole sentence').max(300),
        'needs-claim': z.boolean('write true or false').optional(),
      }),
      'write a list of questions',
    )
    .min(1, 'ask at least one question'),
})

/** @param id name and version, `futex@1`: the file's name without `.yaml`. */
export function parseQuestionnaire(
  file: string,
  source: string,
  id: string,
): Result<Questionnaire, Problem[]> {
  const mapping = readYaml(file, source, 0, 'front-matter')
  if (!mapping.ok) return mapping
  const fields = checkFields(file, mapping.value, questionnaireSchema)
  if (!fields.ok) return fields
  const questions = fields.value.questions.map(
    ({ 'needs-claim': needsClaim = false, ...question }): Question => ({ ...question, needsClaim }),
  )
  const repeated = questions.find((question, at) => questions.findIndex((q) => q.id === question.id) !== at)
  if (repeated) {
    const message = `The question \`${repeated.id}\` is there twice: keep one.`
    return err([{ file, rule: 'duplicate-id', message, ...FILE_START }])
  }
  return ok({ id, title: fields.value.title, questions })
}
