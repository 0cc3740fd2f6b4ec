/** What stands below the words and is nobody's words: signatures, what lists and companies add, telephones. */

/** "-- ", also where the space was lost. */
export function isSignatureDelimiter(line: string): boolean {
  return /^--[\s\u00a0]?$/.test(line)
}

const RULE = /^\s*[_=*-]{2,}\s*$/
const LIST_WORDS =
  /mailing list\b|unsubscribe|\/listinfo\/|majordomo|you (?:received|are receiving) this (?:message|e-?mail)|liste de diffusion|lists?\.[a-z0-9.-]+\/(?:mailman|postorius)|groups\.io|googlegroups\.com/iu
const DISCLAIMER =
  /^(?:important notice|confidentiality notice|confidential(?:ity)?\b|disclaimer|notice:|this (?:e-?mail|message|communication)\b|the (?:information|contents?) (?:contained )?(?:in|of) this|diese e-?mail|ce (?:message|courriel))/iu
const DISCLAIMER_WORDS =
  /confidential|intended (?:recipient|only|solely)|privileged|vertraulich|confidentiel/iu
const DEVICE =
  /^(?:sent (?:from|with|via) (?:my |the )?\S.{0,60}|get outlook for \S.{0,30}|(?:von )?meinem .{1,40} gesendet|von meinem \S.{0,40}|gesendet (?:von|mit) .{1,60}|envoy[ée] (?:de|depuis) mon .{1,40}|enviado (?:desde|do) (?:mi|meu) .{1,40}|inviato da (?:mio )?.{1,40}|verstuurd vanaf mijn .{1,40}|skickat från min .{1,40}|отправлено с .{1,40}|iPhoneから送信)$/iu

/**
 * How many lines of the end of `lines` are a footer that a list or a company added; 0 for none. A list's footer
 * begins at its rule; a company's is the last paragraph.
 */
export function footerLength(lines: readonly string[]): number {
  let from = lines.length
  for (let i = lines.length - 1; i >= Math.max(0, lines.length - 40); i--) {
    if (isRule(lines[i] ?? '') && LIST_WORDS.test(below(lines, i))) from = i
    else if (/^(?:to unsubscribe from this list|you received this message because)/i.test(lines[i] ?? ''))
      from = i
  }
  const start = lastParagraphStart(lines, from)
  const paragraph = lines.slice(start, from).join(' ').trim()
  if (DISCLAIMER.test(paragraph.replace(/^[*_\s]+/, '')) && DISCLAIMER_WORDS.test(paragraph.slice(0, 4000)))
    from = start
  return lines.length - from
}

/** The next lines, as far as a footer's words stand in them. */
function below(lines: readonly string[], at: number): string {
  return lines
    .slice(at + 1, at + 5)
    .map((line) => line.slice(0, 300))
    .join('\n')
}

function isRule(line: string): boolean {
  return line.length < 200 && RULE.test(line)
}

export function isDeviceSignature(line: string): boolean {
  return line.length < 100 && DEVICE.test(line.trim())
}

function lastParagraphStart(lines: readonly string[], before: number): number {
  let end = before
  while (end > 0 && (lines[end - 1] ?? '').trim() === '') end--
  let start = end
  while (start > 0 && (lines[start - 1] ?? '').trim() !== '' && !(lines[start - 1] ?? '').startsWith('>'))
    start--
  return start
}
