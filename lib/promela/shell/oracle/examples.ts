/** The models that Debian's package spin brings along (BSD-3): read where they lie, never copied. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const folder = '/usr/share/doc/spin/examples/Examples'

export type Example = {
  /** Path below the folder of the examples. */
  readonly name: string
  readonly text: string
  /** What lies beside it and may be included. */
  readonly included: ReadonlyMap<string, string>
}

/** By name; those that spin itself refuses, and that are no models, are among them. */
export function readExamples(): readonly Example[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const models = names.filter((name) => name.endsWith('.pml')).sort()
  return models.map((name) => {
    const beside = names.filter((other) => other.endsWith('.h') && path.dirname(other) === path.dirname(name))
    return {
      name,
      text: readFileSync(path.join(folder, name), 'utf8'),
      included: new Map(
        beside.map((other) => [path.basename(other), readFileSync(path.join(folder, other), 'utf8')]),
      ),
    }
  })
}
