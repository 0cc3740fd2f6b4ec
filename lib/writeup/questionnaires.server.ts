import 'server-only'
import path from 'node:path'
import type { Questionnaire } from './questionnaire.ts'
import { readQuestionnaires } from './read-bundle.server.ts'

let reading: Promise<readonly Questionnaire[]> | undefined

/**
 * The questionnaires of this installation, read once. They ship with the product and carry their version in their
 * name; one that cannot be read is a mistake of ours, so it throws.
 */
export function instanceQuestionnaires(): Promise<readonly Questionnaire[]> {
  reading ??= readQuestionnaires(path.join(process.cwd(), 'content/questionnaires')).then((read) => {
    if (read.ok) return read.value
    const places = read.error.map(({ file, line, message }) => `${file}:${line}: ${message}`)
    throw new Error(`a questionnaire cannot be read:\n${places.join('\n')}`)
  })
  return reading
}
