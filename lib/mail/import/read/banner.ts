/**
 * What a mail server puts above the words: that the mail comes from outside, that its sender is new, what its envelope
 * said. Nobody's words, and left out only where a line says what such lines say: `[EXTERNAL] I disagree` is an answer.
 */

const MARK =
  /^\W{0,8}(?:external(?: e-?mail| message| sender)?|ext|externe?(?: e-?mail)?|externo|esterno|external email alert|外部(?:メール|邮件|郵件)|caution|warning|attention|achtung|suspicious|use caution)\W{0,4}(?:external(?: e-?mail| sender)?)?\W{0,8}$/iu
const OUTSIDE =
  /\b(?:outside|außerhalb|extérieur)\b.{0,30}\b(?:organi[sz]ation|company|network|university|institution|institut|firma|unternehmens?|corporation|domain|entreprise)\b|\bexternal (?:e-?mail|sender|source|address|user)\b|\buntrusted sender\b|(?<!\p{L})(?:fuera|fora|esterno|buiten|utanför|udenfor|utenfor|spoza|вне|извне|mimo|kívülről|dışından|extern)(?!\p{L}).{0,30}(?<!\p{L})(?:organi[sz]{1,2}a\p{L}+|организаци\p{L}+|empresa|azienda|firmy|bedrijf|företaget)|(?<!\p{L})(?:externen? absender|extern(?:e|al)? (?:avsändare|afzender|afsender|avsender)|remitente externo|remetente externo|mittente esterno|expéditeur externe|zewnętrzn\p{L}+ nadawc|внешн\p{L}+ (?:отправител|адрес))|社外から|外部(?:メール|邮件|郵件|发件人|送信者|からの)|^\W{0,3}(?:external|extern)\b.{0,60}\b(?:e-?mail|sender|message)\b/iu
const ADVICE =
  /(?:do not|don['’]t|avoid|never|before|use caution|be careful|be cautious|think twice).{0,60}(?:click|links\b|attachments?\b)|(?:unless|if) you (?:recogni[sz]e|know|trust|verify|are expecting) the sender|you don['’]t often get (?:e-?mail|mail|email) from|learn why this is important|report (?:suspicious|phishing)|(?:klicken sie|ne cliquez|haga clic|não clique|non (?:fare clic|cliccare)|klik niet|klicka inte|klikk? ikke|nie klikaj|не переходите|クリックしない|点击链接)|you have not previously corresponded|(?:recogni[sz]e the sender|content is safe)/iu
const OPENS =
  /^\W{0,3}(?:external|extern|ext\b|caution|warning|attention|achtung|notice|security|vorsicht|hinweis|atenci[óo]n|aten[çc][ãa]o|advertencia|aviso|est[ea] (?:mensaje|correo|mensagem|e-?mail)|let op|waarschuwing|deze e-?mail|attenzione|avviso|questa e-?mail|obs!|varning|advarsel|dette? (?:e-post|mail)|huomio|uwaga|ta wiadomość|внимание|предупреждение|это письмо|pozor|upozornění|figyelem|dikkat|προσοχή|注意|警告|社外|外部|【|you don['’]t often|this (?:e-?mail|message|sender)|diese e-?mail|ce (?:message|courriel))/iu
/** What such a sentence is about: kernels have an outside, too, of networks and domains. */
const OF_MAIL =
  /mail|e-post|message|sender|nachricht|absender|courriel|expéditeur|correo|mensaje|remitente|mensagem|remetente|messaggio|mittente|bericht|afzender|meddela|avsändare|besked|afsender|melding|avsender|viesti|wiadomo|nadawc|zpráv|odesílatel|üzenet|ileti|posta|μήνυμα|письм|отправител|сообщен|メール|送信|邮件|郵件|发件|寄件/iu
/** Headers that stand in the text because somebody's gateway put them there. */
const HEADER =
  /^(?:X-(?:Original-To|BeenThere|Mailman-Version|Spam-\w+|Envelope-From|Delivered-To|Loop)|Delivered-To|List-[A-Z][A-Za-z-]{1,20}|Errors-To|Precedence|Archived-At|Resent-[A-Z][a-z-]{1,10}): \S/
/** Of Outlook, in the language of its owner: who writes for the first time. Nobody types this address. */
const FIRST_CONTACT = /\baka\.ms\/LearnAboutSenderIdentification\b/i
const RULE = /^\s*(?:[-_=*~#]{3,}|\W{0,3})\s*$/u
const PROOFPOINT = /^\s*ZjQcmQRYFpfptBanner(Start|End)\s*$/

const MAX_LINES = 20
const MAX_LINE = 500
const MAX_BELOW = 6

/** How many of the first lines are a banner; 0 for none. */
export function bannerLength(lines: readonly string[]): number {
  let length = 0
  let at = 0
  let opened = false
  let frame = -1
  for (; at < Math.min(lines.length, MAX_LINES); at++) {
    const line = lines[at] ?? ''
    if (line.length > MAX_LINE) break
    const text = line.trim()
    const proofpoint = PROOFPOINT.exec(text)?.[1]
    if (proofpoint === 'Start') frame = at
    else if (proofpoint === 'End' && frame >= 0) {
      frame = -1
      length = at + 1
    } else if (frame >= 0) continue
    else if (text === '') opened = false
    else if (isBanner(text, opened)) {
      opened = true
      length = at + 1
    } else if (!RULE.test(text)) break
    else if (length > 0) length = at + 1
  }
  return length
}

/** How many of the last lines are one, which some gateways put below the words; 0 for none. It is a paragraph by itself. */
export function bannerBelowLength(lines: readonly string[]): number {
  let end = lines.length
  while (end > 0 && (lines[end - 1] ?? '').trim() === '') end--
  let from = end
  while (from > 0 && end - from <= MAX_BELOW && (lines[from - 1] ?? '').trim() !== '') from--
  const last = lines.slice(from, end).map((line) => line.trim())
  if (from === 0 || last.length === 0 || last.length > MAX_BELOW) return 0
  // The last paragraph is often the answer itself, so less is believed than above: a mark that nobody types, or a sentence
  // about the outside, and nothing else but advice below it.
  let opened = false
  for (const text of last) {
    if (text.length > MAX_LINE) return 0
    if (isMarked(text) || FIRST_CONTACT.test(text) || (saysOutside(text) && OPENS.test(text))) opened = true
    else if (!RULE.test(text) && !(opened && (saysOutside(text) || ADVICE.test(text)))) return 0
  }
  return opened ? lines.length - from : 0
}

/** `[EXTERNAL]`, `*** EXTERNAL SENDER ***`: in a frame and in capitals. `External.` is an answer. */
const isMarked = (text: string): boolean =>
  MARK.test(text) && /^\s*(?:\[.*\]|[*#=<-]{2,}.*[*#=>-]{2,})\s*$/.test(text) && text === text.toUpperCase()

const saysOutside = (text: string): boolean => OUTSIDE.test(text) && OF_MAIL.test(text)

/** Lines of a banner that nobody types, so that a mail with nothing else says nothing. */
export function isSureBanner(lines: readonly string[]): boolean {
  return lines.some((line) => {
    const text = line.trim()
    return (
      text.length <= MAX_LINE &&
      (isMarked(text) || HEADER.test(text) || FIRST_CONTACT.test(text) || PROOFPOINT.test(text))
    )
  })
}

/** `opened`: a line of it stands right above, and the sentence goes on. */
function isBanner(text: string, opened: boolean): boolean {
  if (MARK.test(text) || HEADER.test(text) || FIRST_CONTACT.test(text)) return true
  if (OPENS.test(text) && (saysOutside(text) || ADVICE.test(text))) return true
  return opened && (ADVICE.test(text) || saysOutside(text))
}
