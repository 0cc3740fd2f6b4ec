/** What is measured: our samples with parameters that make them large, and the examples that Debian packs with spin. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export type BenchModel = {
  readonly name: string
  readonly file: string
  readonly defines: Readonly<Record<string, string>>
}

const SPIN_EXAMPLES = '/usr/share/doc/spin/examples/Examples'

const ours: readonly (readonly [name: string, sample: string, defines: Record<string, string>])[] = [
  ['futex NW=4', 'futex-classic', { NW: '4' }],
  ['bakery', 'bakery', { N: '3' }],
  ['mcs', 'mcs', { N: '4' }],
  ['dining 7', 'dining', { N: '7' }],
  ['futex-uring NR=4', 'futex-uring', { NR: '4' }],
  ['gobackn 8/5', 'gobackn', { M: '8', W: '5' }],
  ['ring-election', 'ring-election', {}],
]

const spins = ['sort', 'cambridge', 'dtp', 'leader0', 'eratosthenes', 'hajek', 'snoopy']

/** The reader is told which of spin's examples are not on this machine. */
export function benchModels(root: string): {
  readonly models: readonly BenchModel[]
  readonly missing: string[]
} {
  const samples = join(root, 'lib/promela/samples')
  const models: BenchModel[] = ours.map(([name, sample, defines]) => ({
    name,
    file: join(samples, sample, 'model.pml'),
    defines,
  }))
  const missing: string[] = []
  const examples = existsSync(SPIN_EXAMPLES)
    ? readdirSync(SPIN_EXAMPLES, { recursive: true, encoding: 'utf8' })
    : []
  for (const name of spins) {
    const file = examples.find((path) => path.endsWith(`/${name}.pml`) || path === `${name}.pml`)
    if (file) models.push({ name, file: join(SPIN_EXAMPLES, file), defines: {} })
    else missing.push(name)
  }
  return { models, missing }
}
