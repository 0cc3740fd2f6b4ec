/**
 * Everything the importer may have to say about a mail, by a name that does not change: kept with the mail, shown
 * to the person who looks at it, and counted. A flag explains; the status decides.
 */
export const FLAG_MEANINGS = {
  'not-a-mail': 'There is no mail in it: no header says from whom, when or about what.',
  'several-mails': 'It is a mailbox, not a mail.',
  'too-large': 'The mail is larger than the importer reads.',
  'headers-too-large': 'The headers are larger than the importer reads.',
  'mime-too-complex': 'The mail has too many parts, or parts too deep in parts.',
  'header-duplicate': 'A header that may stand once stands twice.',
  'from-invalid': 'No sender could be read, or more than one.',
  'from-munged':
    'A list put its own address in place of the sender’s; who wrote it is what other headers of the mail say.',
  'wrapped-by-list':
    'A list put the mail into one of its own; the words and their writer are those of the mail within.',
  'forwarded-mail': 'The words are in a mail that somebody attached; whose they are a person has to say.',
  digest: 'There are several mails of a list in one; whose words they are stands in each.',
  encrypted: 'The words are encrypted, and not read here.',
  'opaque-signed': 'The words are within a signature, and not read here.',
  'only-attachments': 'There are no words but those that may be in attachments, which are not read here.',
  attachments: 'The mail has attachments; they are listed with it.',
  'address-in-name': 'The name of the sender looks like an address, which is not the one it was sent from.',
  'message-id-missing': 'The mail has no Message-ID of its own; one was made from its bytes.',
  'message-id-conflict': 'A mail with this Message-ID is known, with other words.',
  'message-id-shared': 'Somebody else sent a mail with this Message-ID as well; each is shown as what it is.',
  'message-id-reclaimed':
    'A mail with this Message-ID was here, of somebody who could not prove it; that one has another now.',
  'auth-fail': 'Nothing proves that the mail was sent by its sender.',
  vouched: 'Nothing proves that the mail was sent by its sender; who brought it vouches for it.',
  'via-list': 'Not proved by its sender; accepted from a list that the operator named.',
  'date-missing': 'The mail has no date; it is taken from where it was received.',
  'date-invalid': 'The date could not be read; it is taken from where it was received.',
  'date-future': 'The date lies in the future.',
  'control-characters': 'Control or invisible characters were taken out of the text.',
  'charset-unknown':
    'The charset was not known, or the text was not in it; it was read as it looked most likely.',
  'html-only': 'There was no plain text; the words were taken from the HTML.',
  'top-post': 'All words stand above what they answer.',
  'quote-not-found': 'Quoted words were found nowhere in the proposal; the comment is about the part.',
  'quote-ambiguous': 'Quoted words stand in several places; the comment is on one of them.',
  'quote-beside': 'Quoted words belong to no passage; the comment is on the one above them.',
  'quote-approximate': 'Quoted words were found only in part.',
  'trailer-mismatch': 'A trailer names another person than the sender; it does not count.',
  'too-many-comments': 'The mail has more answers than are told apart; the last ones are together.',
  empty: 'There are no words of its own in the mail.',
  'auto-submitted': 'A program answered, not a person.',
  bounce: 'A mail server reports on a mail that it could not deliver.',
  'unknown-thread': 'The mail answers nothing that is known here.',
} as const satisfies Record<string, string>

export type Flag = keyof typeof FLAG_MEANINGS
