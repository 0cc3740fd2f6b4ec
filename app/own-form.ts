/**
 * Whether a form was sent from a page of this site. A browser says where it stands: `Origin` with every POST of a
 * form, and `Sec-Fetch-Site` beside it where the site has TLS or is this machine. Both must agree; a request that
 * says neither is no browser's form, and may be anybody's with the reader's cookies.
 *
 * @param publicUrl the address readers use. What the request calls us (`Host`) counts as well: an installation is
 *   reached as localhost and by a name, and a page of another site cannot choose that header.
 */
export function isOwnForm(headers: Headers, publicUrl: string): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') return false
  const origin = headers.get('origin')
  if (origin === null) return site === 'same-origin'
  const from = hostOf(origin)
  return from !== null && (from === hostOf(publicUrl) || from === headers.get('host')?.toLowerCase())
}

/** With its port; null: `null`, as a page without an origin of its own says, or no address. */
function hostOf(address: string): string | null {
  try {
    const { host, protocol } = new URL(address)
    return protocol === 'http:' || protocol === 'https:' ? host : null
  } catch {
    return null
  }
}
