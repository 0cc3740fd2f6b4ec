/** `Name <address>` or a bare address, as the cover's schema accepts them; the address in lower case. */
export function mailboxOf(text: string): { name: string; address: string } {
  const match = /^(.*?)\s*<([^<>]+)>$/.exec(text.trim())
  const address = (match?.[2] ?? text).trim().toLowerCase()
  return { name: match?.[1] || address, address }
}
