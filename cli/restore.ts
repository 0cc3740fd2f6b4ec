import { resolve } from 'node:path'
import { runScript } from './run-script.ts'
import { defineVerb } from './verb.ts'

export const restore = defineVerb(
  {
    name: 'restore',
    operands: 'DIR',
    least: 1,
    most: 1,
    about:
      'Puts a backup of `coherent backup` where the next start finds it: in the data folder, COHERENT_DATA. The app may not\nrun. All of the backup is compared with its list first.',
    options: {
      replace: {
        type: 'boolean',
        says: 'keep the database that is there beside it under another name; without this it is refused',
      },
    },
  },
  async ({ values, operands: [folder = ''] }) =>
    runScript('restore', [resolve(folder), ...(values.replace ? ['--replace'] : [])]),
)
