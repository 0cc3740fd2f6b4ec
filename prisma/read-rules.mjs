import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The files, in the order in which they are applied: base.sql has what the others use.
 * @param {string} [folder]
 * @returns {{ name: string, text: string }[]}
 */
export function readRules(folder = join(import.meta.dirname, 'rules')) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  names.sort((a, b) => Number(b === 'base.sql') - Number(a === 'base.sql') || (a < b ? -1 : 1))
  return names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
}
