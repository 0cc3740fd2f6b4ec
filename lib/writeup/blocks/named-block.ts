/**
 * Whether an author gave a block its key: the id of a component, the words of a heading. The others' keys are made of what
 * they say, and say nothing of a later revision.
 */
export function isNamedBlock({
  kind,
  writeup,
  key,
}: {
  readonly kind: string
  readonly writeup: string
  readonly key: string
}): boolean {
  if (kind === 'heading') return true
  if (kind !== 'claim' && kind !== 'simulation' && kind !== 'figure' && kind !== 'evidence') return false
  return !new RegExp(`^${writeup}-[0-9a-f]{8}(?:-\\d+)?$`).test(key)
}
