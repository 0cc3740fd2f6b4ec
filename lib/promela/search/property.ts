/**
 * What is asked of a model. In words (command line, `<Claim property>`, stored verdicts): `safety`, the name of an
 * `ltl` block, `claim`, `progress`, `accept`; with `fair ` in front, only about runs that are weakly fair.
 */
export type LivenessProperty =
  /** The `ltl` block of that name. */
  | { readonly kind: 'ltl'; readonly name: string; readonly fair: boolean }
  /**
   * `claim`: the model's never claim, else its first `ltl` block. `progress`: no run stays away from progress labels for
   * ever. `accept`: no run comes to accept labels again and again.
   */
  | { readonly kind: 'claim' | 'progress' | 'accept'; readonly fair: boolean }

export type Property = 'safety' | LivenessProperty

/** `null` when the words are no property. Whether the model has such a claim is not asked here. */
export function parseProperty(words: string): Property | null {
  const [, fairness, name] = /^(fair )?([A-Za-z_]\w*)$/.exec(words) ?? []
  if (name === undefined) return null
  const fair = fairness !== undefined
  if (name === 'safety') return fair ? null : 'safety'
  if (name === 'claim' || name === 'progress' || name === 'accept') return { kind: name, fair }
  return { kind: 'ltl', name, fair }
}

export function propertyWords(property: Property): string {
  if (property === 'safety') return property
  const name = property.kind === 'ltl' ? property.name : property.kind
  return property.fair ? `fair ${name}` : name
}

/** What holds when nothing was found, for a reader. */
export function holdsWords(property: Property): string {
  if (property === 'safety')
    return 'no reachable state violates an assertion or is stuck where it must not end'
  const fair = property.fair ? ', under weak fairness,' : ''
  switch (property.kind) {
    case 'ltl':
      return `every run${fair} satisfies ltl ${property.name}`
    case 'claim':
      return `no run${fair} is one that the claim describes`
    case 'progress':
      return `every run without end${fair} passes progress labels again and again`
    case 'accept':
      return `no run${fair} passes accept labels again and again`
  }
}
