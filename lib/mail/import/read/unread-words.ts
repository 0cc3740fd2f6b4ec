/** Words of a mail that this program cannot read, or must not take apart: somebody has to look at the mail. */
import type { Flag } from './flag.ts'
import { labelLines, splitLines } from './line-labels.ts'
import type { MimePart } from './mime-structure.ts'

/** In base64 of the first bytes: the OIDs of CMS signedData and envelopedData (RFC 5652), wherever they are aligned. */
const SIGNED = /KoZIhvcNAQcC|qhkiG9w0BBwI|CqGSIb3DQEHA[g-j]/
const SEALED = /^(?:enveloped-data|authenveloped-data|compressed-data)$/

/** `body` is the part's body as byte text. */
export function sealedFlag(part: MimePart, body: string): Flag | null {
  const { contentType, parameters } = part
  if (contentType === 'multipart/encrypted' || contentType === 'application/pgp-encrypted') return 'encrypted'
  if (/^application\/(?:x-)?pkcs7-mime$/.test(contentType)) {
    const type = parameters.get('smime-type')?.toLowerCase() ?? ''
    if (type === 'signed-data') return 'opaque-signed'
    return !SEALED.test(type) && SIGNED.test(body.slice(0, 400)) ? 'opaque-signed' : 'encrypted'
  }
  return null
}

/** OpenPGP in the text itself (RFC 4880, 6.2), not quoted. */
export function isSealedText(text: string): boolean {
  return /^[ \t]{0,8}-----BEGIN PGP MESSAGE-----\s*$/m.test(text)
}

/** Lines that footers, signatures and banners together do not have. */
const MANY_LINES = 200

/** Whether a text has any word that is not a list's footer, a signature or a banner; what is long has. */
export function hasOwnWords(text: string): boolean {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
    if (++lines > MANY_LINES) return true
  return labelLines(splitLines(text)).some(
    ({ kind, content }) => kind !== 'footer' && kind !== 'signature' && content.trim() !== '',
  )
}

/** What stands in the place of words that are in another part: "please use a reader that shows HTML". */
export function isPlaceholder(text: string): boolean {
  const words = text.trim()
  return (
    words.length < 400 &&
    /\bhtml\b/i.test(words) &&
    /\b(?:reader|client|viewer|browser|view(?:ed)?|enable|display(?:ed)?|support(?:s|ed)?|format)\b/i.test(
      words,
    ) &&
    !/^>/m.test(words)
  )
}

/** Attachments that say nothing: signatures, and cards of who wrote it. */
export function saysNothing({ contentType }: { readonly contentType: string }): boolean {
  return /^(?:application\/(?:pgp-signature|(?:x-)?pkcs7-signature|pgp-keys)|text\/(?:x-vcard|vcard|directory))$/.test(
    contentType,
  )
}

/** Several mails of a list in one: whose words they are stands in each of them. */
export function isDigest(root: MimePart, subject: string): boolean {
  return (
    root.contentType === 'multipart/digest' ||
    root.children.some(({ contentType }) => contentType === 'multipart/digest') ||
    /^\S.{0,100} digest,? (?:vol\b|volume\b|v\d|\d)/i.test(subject)
  )
}
