/**
 * What is looked at before anything is parsed, and how much of it the importer is willing to read. All of them are
 * far above real list mail; a mail beyond one of them is refused whole, because a cut mail says something else.
 */

/** Raw bytes of one mail. */
export const MAX_MAIL_BYTES = 1_048_576
/** Raw bytes up to the first empty line. */
export const MAX_HEADER_BYTES = 65_536
/** Multiparts within multiparts. Mailers make three or four. */
export const MAX_MIME_LEVELS = 30
/** Parts of one mail, at all levels. */
export const MAX_MIME_PARTS = 400
/** Comments that one mail becomes; the words after that many stay together in the last one. */
export const MAX_COMMENTS = 500
/** Lines that are looked at; what is below them stays together, as own words. A patch of a megabyte has less. */
export const MAX_LINES = 50_000
/** Ancestors whose words a quote is looked for in, nearest first. */
export const MAX_ANCESTORS = 20
/** UTF-16 units of one text that quotes are looked for in. A comment is at most half of it. */
export const MAX_INDEXED_UNITS = 131_072
