/**
 * What stands below the words and is nobody's words: signatures, what lists and companies add, telephones.
 *
 * All of it is dropped without a trace, so each form is asked for more than one sign: kernel prose has rules between
 * its paragraphs, talks of mailing lists, confidential guests and privileged tasks, and sends things from contexts.
 */

/** "-- ", also where the space was lost or more were added. */
export function isSignatureDelimiter(line: string): boolean {
  return /^--\s*$/.test(line)
}

/** "-- " as it has to be (RFC 3676, 4.3): nobody draws a line like that. */
export function isTrueDelimiter(line: string): boolean {
  return line === '-- ' || line === '--\u00a0'
}

const RULE = /^\s*(?:[_=*-]{2,}|#{20,}|-)\s*$/
/** How a list names itself, or says how to leave it, at the beginning of a line. */
const LIST_LINE =
  /^\s*(?:[\w.+-]+ ){1,2}mailing ?list(?:e|a|en)?(?:\s*[-:,<(]*\s*\S+[@/]\S+)?\s*$|^\s*liste de diffusion|^\s*(?:to )?unsubscribe(?:\s*[:,]|\s+(?:from|send|visit|e-?mail|at|via|options|https?:))|\/listinfo\/|\bmajordomo@|^\s*you (?:received|are receiving) this (?:message|e-?mail|because you)|^\s*reply to this e-?mail directly(?:,| or) view it on git(?:hub|lab)\b|^\s*more majordomo info|^\s*(?:this (?:e-?mail|message) (?:has been|was) (?:checked|scanned) for viruses by|virus-free\.\s?(?:www|https?:)|diese e-?mail wurde von .{1,60} auf viren)|^\s*permalink: https?:|^\s*\[?visit topic\b.{0,400}\breply to this e-?mail|^\s*groups\.io links:|^\s*links: you receive (?:all messages|only)\b/iu
const LIST_WORDS =
  /mailing ?list(?:e|a|en)?\b|unsubscribe|abbestellen|désabonner|desuscribir|afmelden|avprenumerera|topicbox\.com|\/listinfo\/|majordomo|liste de diffusion|lists?\.[a-z0-9.-]+\/(?:mailman|postorius)|groups\.io|googlegroups\.com/iu
const WHERE_TO = /https?:\/\/\S|\bwww\.\S|[^\s<>@]@[^\s<>@]/
/** Lines of the longest footer that is known, Google's, and some to spare. */
const MAX_FOOTER_LINES = 12
const MAX_LISTS = 3

/**
 * What law departments say. Each alone is a word of the kernel, too ("confidential VMs", "privileged tasks"); of two
 * different ones below such a beginning, one of them the first or second here, it is not.
 */
const DISCLAIMER =
  /^(?:important notice|confidentiality (?:notice|note)|confidential[:.]|disclaimer|legal notice|notice:|this (?:e-?mail|message|communication|transmission)\b|the (?:information|contents?) (?:contained )?(?:in|of) this (?:e-?mail|message|communication)|diese (?:e-?mail|nachricht)|ce (?:message|courriel)|est[ea] (?:mensaje|correo|mensagem|e-?mail)|questo messaggio|данное (?:сообщение|письмо)|本(?:电子|電子)?(?:邮件|郵件|メール)|このメール|\W{0,12}本(?:电子)?邮件)/iu
const LEGAL_PHRASES = [
  /(?:is|are|be|contains?|and|or|strictly|legally) confidential|confidential (?:and|or|information|communication)|vertrauliche|confidentiel|(?:información|informações|informazioni) (?:confidencia|riservat)|riservati|конфиденциальн|保密信息|机密信息|機密|기밀/iu,
  /intended (?:recipient|addressee|only for|solely for)|the addressee|named (?:recipient|addressee)|adressat|destinataire|destinatari[oa]|адресат|收件人|地址中列出|個人或群組|宛先|수신자/iu,
  /(?:is|are|be|contains?|and|or|legally|also be) privileged|privileged (?:and|or) confidential/iu,
  /(?:notify|inform|contact|advise) the sender|informieren sie|reply e-?mail|(?:à l['’]expéditeur|al remitente|ao remetente|il mittente)|отправител|通知(?:发件人|發件人|寄件人)|送信者/iu,
  /(?:strictly )?prohibited|unlawful|unauthori[sz]ed (?:use|review|disclosure|copying)|禁止|par erreur|por error|por engano|per errore|по ошибке|错收|誤って/iu,
  /(?:delete|destroy) (?:it|this (?:e-?mail|message)|all copies|the (?:e-?mail|message|original))|löschen sie|le détruire|destrúyalo|lo cancelli|удалите|删除|刪除|削除/iu,
]

/** Programs and devices that sign what they send. A name that is not here stays as words. */
const PRODUCT =
  '(?:mobile|mail|outlook|mail for windows(?: 1[01])?|yahoo mail|aol|proton ?mail|proton mail mobile|gmail(?: mobile)?|mailspring|spark|k-9 mail|thunderbird|fairphone|samsung (?:galaxy|mobile|mail)|galaxy|blackberry|huawei|xiaomi|nokia|superhuman|nine|aqua mail|bluemail|mymail|airmail|canary|tuta(?:nota)?|zoho mail|fastmail|postbox|em client|web\\.de mail|gmx mail)'
const DEVICE = new RegExp(
  `^(?:${[
    'sent from my [^.,;:?!]{2,40}',
    `sent (?:from|with|via|using) (?:the )?${PRODUCT}(?: (?:app|secure email|mobile|on|for|android|ios|iphone|ipad|phone|windows|workspace))*`,
    'get outlook for \\S{2,20}',
    // A mark that somebody pressed, and not typed words.
    '[^<>]{1,60} reacted (?:via gmail|to your message)',
    'von meinem [^.,;:?!]{2,40} gesendet',
    'meinem [^.,;:?!]{2,40} gesendet',
    'envoy[ée] (?:de|depuis) mon [^.,;:?!]{2,40}',
    'enviado (?:desde|do) (?:mi|meu) [^.,;:?!]{2,40}',
    'inviato da(?:l)? (?:mio )?[^.,;:?!]{2,40}',
    'verstuurd vanaf mijn [^.,;:?!]{2,40}',
    'skickat från min [^.,;:?!]{2,40}',
    'sendt fra min [^.,;:?!]{2,40}',
  ].join('|')})$`,
  'iu',
)
/** "Sent", in languages in which kernels send as well: only of a thing that has a name. */
const SENT =
  /^(?:gesendet (?:von|mit)|wysłan[eo] z|odesláno z|lähetetty|отправлено (?:с|из)|надіслано з|изпратено от|trimis de pe|στάλθηκε από|נשלח (?:מה|מ)|أ?ُ?رسلت من|gửi từ|dikirim dari|küldve|poslano s|发自|(?:从|從)我的|나의|내)|(?:から送信|에서 보냄|gönderildi|ส่งจาก|傳送|发送)/iu
const THING =
  /iphone|ipad|android|galaxy|samsung|huawei|xiaomi|redmi|oneplus|pixel|nokia|outlook|gmail|yahoo|gmx|web\.de|mail\.ru|mail app|почты|telefon|телефон|τηλέφωνο|手机|手機|携帯|スマートフォン|휴대/iu
const BREVITY = /\.? (?:please )?excuse (?:my |the )?(?:brevity|typos)[^.?!]{0,30}[.!]?$/iu

/**
 * How many lines of the end of `lines` are a footer that a list or a company added; 0 for none. A list's footer
 * begins at its rule; a company's is the last paragraph.
 */
export function footerLength(lines: readonly string[]): number {
  // A mail that went through several lists has several footers.
  let from = lines.length
  for (let lists = 0; lists < MAX_LISTS; lists++) from = listFooterStart(lines, from)
  const start = lastParagraphStart(lines, from)
  const isLegal = (at: number, least: number) => {
    const paragraph = lines.slice(at, from).join(' ').slice(0, 4000)
    return isDisclaimer(paragraph, least)
  }
  if (isLegal(start, 2)) return lines.length - start
  // Put right below the words, without a line between: then it has to say more of what it says.
  for (let i = Math.max(start + 1, from - MAX_FOOTER_LINES); i < from; i++)
    if (isLegal(i, 3)) return lines.length - i
  return lines.length - from
}

/** Where the footer begins that ends before line `before`; `before` when there is none. */
function listFooterStart(lines: readonly string[], before: number): number {
  let end = before
  while (end > 0 && (lines[end - 1] ?? '').trim() === '') end--
  let start = before
  for (let i = end - 1; i >= Math.max(0, end - MAX_FOOTER_LINES); i--) {
    const line = lines[i] ?? ''
    if (line.startsWith('>')) break
    // A rule further up is the footer's only when nothing else stands between.
    if (isRule(line) && start < before && lines.slice(i + 1, start).every(isRuleOrEmpty)) start = i
    else if (start < before) continue
    else if (isRule(line) ? isListFooter(lines.slice(i + 1, end)) : isOpening(lines.slice(i, end))) start = i
  }
  return start
}

/** What a list says about itself below a rule: its name or the way out, an address, and no other sentences. */
function isListFooter(lines: readonly string[]): boolean {
  const said = lines.filter((line) => !isRuleOrEmpty(line)).map((line) => line.slice(0, 300))
  // A note that says where something is may name a page of a list.
  if (/^\s*\[\d{1,3}\]/.test(said[0] ?? '')) return false
  if (isCardOfList(said)) return true
  const isOfList = (line: string) => LIST_LINE.test(line) || LIST_WORDS.test(line) || WHERE_TO.test(line)
  return (
    (LIST_LINE.test(said[0] ?? '') || /^permalink: https?:.{1,200}topicbox\.com/i.test(said[1] ?? '')) &&
    said.some((line) => WHERE_TO.test(line)) &&
    said.every((line) => isOfList(line) || !/[.?!]\s*$|\p{Ll}{2}[.?!] /u.test(line))
  )
}

/** A name, in whatever language, an address and a page, each on a line of its own, as Mailman has them. */
function isCardOfList(said: readonly string[]): boolean {
  const [name = '', ...where] = said
  return (
    where.length === 2 &&
    name.length <= 80 &&
    !WHERE_TO.test(name) &&
    !/[.?!:,]\s*$/.test(name) &&
    where.some((line) => /^\s*[^\s<>@]{1,100}@[^\s<>@]{1,100}\s*$/.test(line)) &&
    where.some((line) => /^\s*https?:\/\/\S{1,250}\s*$/.test(line))
  )
}

/** A part of a mail that a list added, which needs no rule above it. */
export function isFooterAlone(text: string): boolean {
  const lines = text.trim().split('\n')
  return lines.length <= MAX_FOOTER_LINES && (footerLength(lines) === lines.length || isListFooter(lines))
}

/** A list that draws no rule. */
function isOpening(lines: readonly string[]): boolean {
  const first = lines[0] ?? ''
  return (
    /^(?:to unsubscribe from this list: send|you (?:received|are receiving) this (?:message|e-?mail) because|reply to this e-?mail directly(?:,| or) view it on git(?:hub|lab)\b)/i.test(
      first,
    ) && isListFooter(lines)
  )
}

function isDisclaimer(paragraph: string, least: number): boolean {
  const text = paragraph.replace(/^[*_\s]+/, '')
  const said = LEGAL_PHRASES.map((phrase) => phrase.test(text))
  return DISCLAIMER.test(text) && (said[0] || said[1] || false) && said.filter(Boolean).length >= least
}

function isRule(line: string): boolean {
  return line.length < 200 && RULE.test(line)
}

function isRuleOrEmpty(line: string): boolean {
  return line.trim() === '' || isRule(line)
}

export function isDeviceSignature(line: string): boolean {
  if (line.length >= 320) return false
  const said = line.trim().replace(/\s?<https?:\/\/[^\s<>]{1,200}>$/, '')
  const sent = said.replace(BREVITY, '').replace(/[.!:]$/, '')
  return (
    said.length < 120 && (DEVICE.test(sent) || (sent.length <= 60 && SENT.test(sent) && THING.test(sent)))
  )
}

function lastParagraphStart(lines: readonly string[], before: number): number {
  let end = before
  while (end > 0 && (lines[end - 1] ?? '').trim() === '') end--
  let start = end
  while (start > 0 && (lines[start - 1] ?? '').trim() !== '' && !(lines[start - 1] ?? '').startsWith('>'))
    start--
  return start
}
