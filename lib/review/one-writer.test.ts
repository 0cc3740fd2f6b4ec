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
    { table: 'objection_challenge', model: 'objectionChallenge' },
  ],
  'lib/review/thread/write-marks.server.ts': [
    { table: 'read_mark', model: 'readMark' },
    { table: 'read_part', model: 'readPart' },
  ],
  'lib/review/suggestion/write-suggestions.server.ts': [{ table: 'suggestion', model: 'suggestion' }],
  'lib/review/stance/write-stances.server.ts': [
    { table: 'stance', model: 'stance' },
    { table: 'stance_withdrawal', model: 'stanceWithdrawal' },
    { table: 'hold', model: 'hold' },
  ],
  'lib/review/stance/write-editorial.server.ts': [{ table: 'editorial_change', model: 'editorialChange' }],
  'lib/review/batch/write-drafts.server.ts': [
    { table: 'review_draft', model: 'reviewDraft' },
    { table: 'review', model: 'review' },
    { table: 'review_mail', model: 'reviewMail' },
    { table: 'review_comment', model: 'reviewComment' },
  ],
  'lib/review/turn/write-turns.server.ts': [
    { table: 'turn', model: 'turn' },
    { table: 'turn_snooze', model: 'turnSnooze' },
    { table: 'review_request', model: 'reviewRequest' },
  ],
  'lib/review/thread/carry-threads.server.ts': [
    { table: 'anchor_port', model: 'anchorPort' },
    { table: 'block_origin', model: 'blockOrigin' },
  ],
  'lib/review/event/record-events.server.ts': [{ table: 'event', model: 'event' }],
  'lib/review/person/write-roles.server.ts': [
    { table: 'membership', model: 'membership' },
    { table: 'invitation', model: 'invitation' },
  ],
  'lib/review/account/audit.server.ts': [
    { table: 'audit', model: 'audit' },
    { table: 'sign_in_failure', model: 'signInFailure' },
  ],
  'lib/review/account/command-token.server.ts': [{ table: 'command_token', model: 'commandToken' }],
  'lib/review/account/feed-token.server.ts': [{ table: 'feed_token', model: 'feedToken' }],
  'lib/review/outbox/list-replies-setting.server.ts': [{ table: 'mail_setting', model: 'mailSetting' }],
  'lib/review/outbox/digest-setting.server.ts': [{ table: 'mail_digest', model: 'mailDigest' }],
  'lib/review/gate/write-gate.server.ts': [
    { table: 'revision_gate', model: 'revisionGate' },
    { table: 'revision_answer', model: 'revisionAnswer' },
    { table: 'weak_answer', model: 'weakAnswer' },
  ],
  'lib/review/copy/write-copies.server.ts': [
    { table: 'working_copy', model: 'workingCopy' },
    { table: 'working_text', model: 'workingText' },
    { table: 'working_state', model: 'workingState' },
  ],
  'lib/review/acts/act.server.ts': [{ table: 'act_key', model: 'actKey' }],
  'lib/review/revision/write-revision.server.ts': [
    { table: 'revision', model: 'revision' },
    { table: 'revision_file', model: 'revisionFile' },
    { table: 'block', model: 'block' },
    { table: 'claim', model: 'claim' },
    { table: 'revision_parsed', model: 'revisionParsed' },
    { table: 'passage', model: 'passage' },
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
