import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type CorpusModel,
  type CorpusOutcome,
  seriesOfModel,
  toCorpusOutcome,
} from '#lib/mail/import/corpus-form.ts'
import { indexSeries } from '#lib/mail/import/mailed-series.ts'
import { createMailImporter } from '#lib/mail/shell/import-mails.ts'
import { parseArguments } from './arguments.ts'
import { exitCode } from './exit-code.ts'

/**
 * The importer over a folder of `.eml` files, in the order of their names, without a database: what would become of
 * each, as JSON. For collections of replies that say what should (`lib/mail/import/samples`).
 *
 * Exit codes: 0 done, 3 the input is wrong.
 */
const USAGE = `npm run --silent import-corpus -- DIR [--model FILE] [--authserv-id NAME]

  DIR             a folder of .eml files, imported in the order of their names
  --model         what was mailed, as JSON; DIR/rfc.json when not given
  --authserv-id   the name that our mail server puts into Authentication-Results;
                  mx.<domain of the model's Message-IDs> when not given`

async function main(): Promise<number> {
  const parsed = parseArguments(
    { model: { type: 'string' }, 'authserv-id': { type: 'string' } },
    process.argv.slice(2),
  )
  if (!parsed.ok) throw new Error(parsed.error)
  if (parsed.value === 'help') {
    console.log(USAGE)
    return exitCode.YES
  }
  const { values, operands } = parsed.value
  const [folder] = operands
  if (folder === undefined || operands.length > 1) throw new Error('name one folder')
  // A file of the caller's own, read by the person who runs this; the shape is the collection's format.
  const model = JSON.parse(await readFile(values.model ?? join(folder, 'rfc.json'), 'utf8')) as CorpusModel
  if (!Array.isArray(model.parts)) throw new Error('the model has no parts')
  const series = indexSeries(seriesOfModel(model))
  const authservId = values['authserv-id'] ?? `mx.${series.parts[0]?.messageId.split('@')[1] ?? ''}`
  const importer = createMailImporter([series], { authservId, lists: [] }, new Date())

  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort()
  const messages: Record<string, CorpusOutcome> = {}
  for (const name of names) {
    messages[name] = toCorpusOutcome(await importer.importBytes(await readFile(join(folder, name))))
  }
  console.log(JSON.stringify({ messages }, null, 1))
  return exitCode.YES
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(`import-corpus: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  process.exitCode = exitCode.WRONG_USE
}
