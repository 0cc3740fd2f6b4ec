/** `npm run screenshots`: the pictures of the last test run become those of the documentation. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './steps.mjs'

const SHOWN = ['reading-wide', 'simulation', 'thread', 'export', 'reading-narrow', 'reading-dark']

mkdirSync(join(ROOT, 'docs/images'), { recursive: true })
for (const name of SHOWN) {
  const made = join(ROOT, 'test-results/screenshots', `${name}.png`)
  if (!existsSync(made)) {
    console.error(`${made} is not there: run \`npm test\` first.`)
    process.exit(1)
  }
  copyFileSync(made, join(ROOT, 'docs/images', `${name}.png`))
}
console.log(`${SHOWN.length} pictures in docs/images`)
