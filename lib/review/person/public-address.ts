/**
 * The address of an account is its owner's business until he confirmed it as his. Whoever has no account wrote a mail
 * or a cover, and his address stands there.
 */
export function publicAddressOf(person: {
  account: { id: string } | null
  addresses: readonly { address: string; confirmedAt: Date | null }[]
}): string | null {
  const confirmed = person.addresses.find(({ confirmedAt }) => confirmedAt !== null)
  return (confirmed ?? (person.account ? undefined : person.addresses[0]))?.address ?? null
}
