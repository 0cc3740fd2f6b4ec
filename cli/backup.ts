import { resolve } from 'node:path'
import { runScript } from './run-script.ts'
import { defineVerb } from './verb.ts'

export const backup = defineVerb(
  {
    name: 'backup',
    operands: 'DIR',
    least: 1,
    most: 1,
    about:
      'Copies the embedded database and the secret of sessions to DIR, while the app runs or at rest. DIR is new or\nempty. Restore it with `coherent restore`. A server of your own (DATABASE_URL) is backed up by pg_dump.',
    options: {},
  },
  async ({ operands: [folder = ''] }) => runScript('backup', [resolve(folder)]),
)
