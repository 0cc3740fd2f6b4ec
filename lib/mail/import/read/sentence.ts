/**
 * Does a line read as somebody's own English sentence?
 *
 * Mailers and signatures say things in half sentences: "On Monday, Reva wrote:", "Kernel person, Example Ltd". A
 * sentence has an article, a pronoun or a form of "be" sooner or later. Asked before lines are taken for something
 * that nobody says; where it answers yes by mistake, a line too much is shown.
 */

/** In small letters alone: `The`, `My` and `It` are names. */
const FUNCTION_WORD =
  /(?<![\p{L}\p{N}])(?:the|this|that|these|those|is|are|was|were|we|it|my|our|your|what|which|have|has|had|not|if|but|because|only|must|cannot|when|before|after|under|does|did|will|would|should|could|they|them|then|than|with|about|see)(?![\p{L}\p{N}])|(?<!\p{L})I [\p{Ll}']/u
const BEGINNING =
  /^\W{0,3}(?:as|and|but|see|so|like|here|there|this|that|what|compare|is|do|does|did|if|when|where|which|in the|of) /iu
const AS_SAID = /(?<!\p{L})as (?:\p{L}+ ){1,3}(?:said|says|wrote|writes)(?!\p{L})/u
const TWO_SENTENCES = /\p{Ll}{3}[.?!]\s+\p{Lu}/u

export function isSentence(line: string): boolean {
  // Addresses have words between their dots: `.it`, `.is`.
  const words = line.slice(0, 2000).replace(/[^\s<>]*[@/][^\s<>]*/g, '')
  return [FUNCTION_WORD, BEGINNING, AS_SAID, TWO_SENTENCES].some((sign) => sign.test(words))
}
