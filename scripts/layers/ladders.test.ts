import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import ladders from './ladders.cjs'

const ROOT = join(import.meta.dirname, '../..')

/** `lib/mail: message < text < …`, as ARCHITECTURE.md draws it. */
function drawn([folder, rungs]: [string, readonly (string | readonly string[])[]]): string {
  const rooms = rungs.map((rung) => [rung].flat().map(roomName).join(' | '))
  return `${folder === '' ? 'the tree' : folder}: ${rooms.join(' < ')}`
}

const roomName = (name: string) => (name === '.' ? '(files)' : name)

test('ARCHITECTURE.md draws the ladders that are checked', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
  const [, block = ''] = /```ladders\n(.*?)```/s.exec(text) ?? []
  // A ladder may take several lines: what goes on is indented.
  const lines = block.replace(/\n\s+/g, ' ').trim().split('\n')
  expect(lines).toEqual(Object.entries(ladders.LADDERS).map(drawn))
})
