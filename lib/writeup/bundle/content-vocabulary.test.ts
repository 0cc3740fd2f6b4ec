import path from 'node:path'
import { expect, test } from 'vitest'
import { invariant } from '#lib/result.ts'
import { readBundle, readQuestionnaires } from './read-bundle.server.ts'
import { readStoredParse, storedParseOf } from './stored-parse.ts'
import { unnamedIn } from './vocabulary-names.ts'

const content = path.join(import.meta.dirname, '../../../content')

test.each(['template', 'unpublished/io-uring-futex/v2'])(
  'in content/%s each model has words for all that a run can show, and they are stored',
  async (folder) => {
    const questionnaires = await readQuestionnaires(path.join(content, 'questionnaires'))
    invariant(questionnaires.ok, 'there are questionnaires')
    const bundle = await readBundle(path.join(content, folder), questionnaires.value)
    if (!bundle.ok) throw new Error(JSON.stringify(bundle.error, null, 1))
    expect(unnamedIn(bundle.value).map(({ message }) => message)).toEqual([])
    const { files, contentHash, text, cover } = bundle.value
    const row: unknown = JSON.parse(JSON.stringify(storedParseOf(bundle.value)))
    const read = readStoredParse(row, { files, contentHash, text })
    expect(read.ok && read.value.cover.models).toEqual(cover.models)
  },
)
