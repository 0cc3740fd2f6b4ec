import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** SHA-256 of the text in UTF-8, 64 hexadecimal digits: by it a mail's text is known to be the stored one. */
export function commentHash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)))
}
