/**
 * One writer for each kind of row: whatever else wants to change one calls it. A second writer would have to know every
 * rule twice, and did.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../..')
const sources = ['lib', 'app', 'cli'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\/samples\//.test(file))
    .map((file) => `${folder}/${file}`),
)

const WRITERS: Readonly<Record<string, { readonly table: string; readonly model: string }[]>> = {
  'lib/review/thread/write-threads.server.ts': [
    { table: 'thread', model: 'thread' },
    { table: 'anchor', model: 'anchor' },
    { table: 'comment', model: 'comment' },
  ],
  'lib/review/event/record-events.server.ts': [{ table: 'event', model: 'event' }],
  'lib/review/acts/act.server.ts': [{ table: 'act_key', model: 'actKey' }],
  'lib/review/revision/write-revision.server.ts': [
    { table: 'revision', model: 'revision' },
    { table: 'revision_file', model: 'revisionFile' },
    { table: 'block', model: 'block' },
    { table: 'claim', model: 'claim' },
  ],
}

function writersOf({ table, model }: { table: string; model: string }): string[] {
  const write = new RegExp(
    `\\.${model}\\.(?:create|createMany|update|updateMany|upsert|delete|deleteMany)\\(` +
      `|\\b(?:INSERT INTO|UPDATE|DELETE FROM)\\s+"?${table}"?[\\s(]`,
  )
  return sources.filter((file) => write.test(readFileSync(path.join(root, file), 'utf8')))
}

test('the sources are there to be looked at', () => {
  expect(sources.length).toBeGreaterThan(300)
})

const rows = Object.entries(WRITERS).flatMap(([writer, kinds]) => kinds.map((kind) => ({ ...kind, writer })))
test.each(rows)('rows of $table are written in one file', ({ writer, ...kind }) => {
  expect(writersOf(kind)).toEqual([writer])
})
