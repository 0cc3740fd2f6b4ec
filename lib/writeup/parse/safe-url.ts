/**
 * Which addresses a write-up may link to: the web, mail, and places in this app or this document.
 *
 * Browsers drop tabs, line ends and control characters inside a URL and read a backslash as a slash, so
 * `java&Tab;script:` and `/\host` are what they do not look like. Instead of imitating that, any address with
 * such a character is refused. (U+FFFD is what the parser makes of a reference to a control character.)
 */
const DECEPTIVE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufffd\\]/u
const ABSOLUTE = /^(?:https?:\/\/[^/]|mailto:[^/])/i
const SCHEME = /^[a-z][a-z0-9+.-]*:/i

export function isSafeUrl(url: string): boolean {
  if (url === '' || DECEPTIVE.test(url)) return false
  if (ABSOLUTE.test(url)) return true
  // Relative: no scheme, and no `//host` that would take the page's scheme.
  return !SCHEME.test(url) && !url.startsWith('//')
}
