import 'server-only'
import path from 'node:path'
import { env } from '#lib/env.server.ts'
import type { Questionnaire } from './questionnaire.ts'
import { readQuestionnaires } from './read-bundle.server.ts'

let reading: Promise<readonly Questionnaire[]> | undefined

/**
 * The questionnaires of this installation, read once. They ship with the product and carry their version in their
 * name; one that cannot be read is a mistake of ours, so it throws. COHERENT_ROOT is the checkout: the command line
 * sets it, since it may be called from anywhere; the app runs in it.
 */
export function instanceQuestionnaires(): Promise<readonly Questionnaire[]> {
  reading ??= readQuestionnaires(path.join(env.root, 'content/questionnaires')).then((read) => {
    if (read.ok) return read.value
    const places = read.error.map(({ file, line, message }) => `${file}:${line}: ${message}`)
    throw new Error(`a questionnaire cannot be read:\n${places.join('\n')}`)
  })
  return reading
}
