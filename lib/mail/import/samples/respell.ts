/**
 * The same mail, spelt otherwise: what other mailers would have made of the same words. Byte text in and out.
 * A respelling that a mail does not allow (of a patch, of parts) leaves it as it is.
 */
import { decodeUtf8, utf8Bytes } from '#lib/mail/message/utf8.ts'

type Respelling = (raw: string) => string

const SPELLINGS: Readonly<Record<string, Respelling>> = {
  'with CRLF': (raw) => raw.replaceAll('\n', '\r\n'),
  'with a mailbox separator': (raw) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${raw}`,
  'with folded headers in other letters': headers((head) =>
    head
      .replace(/^([A-Z][A-Za-z-]+):/gm, (name) => name.toLowerCase())
      .replace(/^(references:[^\n]*>) </gm, '$1\n\t<')
      .replace(/^(in-reply-to:) </gm, '$1\n <'),
  ),
  'with more headers': headers(
    (head) =>
      `${head}\nUser-Agent: Mutt/1.10.1\nX-Mailer: git-send-email 2.30\nPrecedence: bulk\nList-Id: <io-uring.vger.kernel.org>\nReceived: from a.example (a.example [192.0.2.1]) by b.example; Tue, 15 Jun 2021 09:00:00 +0200`,
  ),
  'in quoted-printable': words(quotedPrintable, 'quoted-printable'),
  'in base64': words(base64, 'base64'),
  'in ISO 8859-1': (raw) =>
    !isPlain(raw) || !/charset=UTF-8/.test(raw) || /[^\0-\u00ff]/u.test(unicode(bodyOf(raw)))
      ? raw
      : `${headOf(raw).replace('charset=UTF-8', 'charset="iso-8859-1"')}\n\n${unicode(bodyOf(raw))}`,
  'under a charset that is not true': (raw) =>
    isPlain(raw) ? raw.replace('charset=UTF-8', 'charset=us-ascii') : raw,
  'as the first of two alternatives': wrap(
    (part) =>
      `multipart/alternative; boundary="=_alt"\n\n--=_alt\n${part}\n--=_alt\nContent-Type: text/html\n\n<p>Other words</p>\n--=_alt--\n`,
  ),
  'with the footer of a list as a part': wrap(
    (part) =>
      `multipart/mixed; boundary="=_mix"\n\nThis is MIME.\n--=_mix\n${part}\n--=_mix\nContent-Type: text/plain; charset=us-ascii\nContent-Disposition: inline\n\n_______________________________________________\nio-uring mailing list\nio-uring@lists.example\nhttps://lists.example/mailman/listinfo/io-uring\n\n--=_mix--\n`,
  ),
  signed: wrap(
    (part) =>
      `multipart/signed; micalg=pgp-sha256; protocol="application/pgp-signature"; boundary="=_sig"\n\n--=_sig\n${part}\n--=_sig\nContent-Type: application/pgp-signature; name="signature.asc"\n\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n--=_sig--\n`,
  ),
  'as flowed text': flowed,
  'with blanks at line ends': lines((line) => (/^-- ?$/.test(line) ? line : `${line}  `)),
  'with no-break spaces': lines((line) => (isQuoted(line) ? line.replaceAll(' ', '\u00a0') : line)),
  'with quotes without a space': lines((line) => line.replace(/^((?:>[ ]?)+)/, (m) => m.replaceAll(' ', ''))),
  'with quotes in steps': lines((line) =>
    line.replace(/^((?:>[ ]?)+)/, (m) => '> '.repeat(m.replaceAll(' ', '').length)),
  ),
  'with indented quotes': lines((line) => (line.startsWith('>') ? ` ${line}` : line)),
  'with quotes behind bars': lines((line) => line.replace(/^((?:>[ ]?)+)/, (m) => m.replaceAll('>', '|'))),
  'with quotes behind colons': lines((line) => line.replace(/^(?:>[ ]?)/, ': ')),
  'with quotes behind initials': lines((line) => line.replace(/^>[ ]?/, 'UG> ')),
  'with quotes wrapped at 50': rewrapQuotes(50),
  'with quotes wrapped at 100': rewrapQuotes(100),
  'with quotes broken by a mailer': breakQuotes(58),
  'with quotes doubled in width': lines((line) =>
    isQuoted(line) ? line.replace(/(\S) (?=\S)/g, '$1  ') : line,
  ),
  'with a Gmail attribution': attributions(
    'On Mon, Jun 14, 2021 at 10:00 AM Ünal Größe via io-uring\n<unal@rfc.example> wrote:',
  ),
  'with an Apple attribution': attributions(
    '> On Jun 14, 2021, at 10:00 AM, Ünal Größe <unal@rfc.example> wrote:\n>',
  ),
  'with an Outlook separator': attributions(
    '________________________________\nVon: Ünal Größe <unal@rfc.example>\nGesendet: Montag, 14. Juni 2021 10:00\nAn: linux-kernel@vger.kernel.org\nBetreff: [RFC v2 4/4] io_uring/futex: Lifetime and locking rules\n',
  ),
  'with the footer of a list': lines(
    (line) => line,
    '\n--\nTo unsubscribe from this list: send the line "unsubscribe io-uring" in\nthe body of a message to majordomo@vger.kernel.org\n',
  ),
  'with a disclaimer': lines(
    (line) => line,
    '\n\nThis email and any attachments are confidential and may be privileged. If you are not\nthe intended recipient, please notify the sender immediately.\n',
  ),
  'with a signature': lines(
    (line) => line,
    '\n-- \nKernel person, https://kernel.example/\n"A quotation of somebody."\n',
  ),
  'in NFD': lines((line) => line.normalize('NFD')),
  'in clear signed text': armored,
  'in HTML alone': inHtml(false),
  'in HTML without quotes': inHtml(true),
}

const ATTRIBUTION = /^On [^\n]{5,80}\n?[^\n]{0,80} wrote:\n+(?=>)/gm

const ATTRIBUTIONS = [
  'Am 14.06.21 um 10:00 schrieb Ünal Größe:',
  'Am Mo., 14. Juni 2021 um 10:00 Uhr schrieb Ünal Größe <unal@rfc.example>:',
  'Le lun. 14 juin 2021 à 10:00, Ünal Größe <unal@rfc.example> a écrit :',
  'El lun, 14 jun 2021 a las 10:00, Ünal Größe (<unal@rfc.example>) escribió:',
  'Il giorno lun 14 giu 2021 alle ore 10:00 Ünal Größe <unal@rfc.example> ha scritto:',
  'Em seg., 14 de jun. de 2021 às 10:00, Ünal Größe <unal@rfc.example> escreveu:',
  'Op ma 14 jun. 2021 om 10:00 schreef Ünal Größe <unal@rfc.example>:',
  'Den mån 14 juni 2021 kl 10:00 skrev Ünal Größe <unal@rfc.example>:',
  'пн, 14 июн. 2021 г. в 10:00, Ünal Größe <unal@rfc.example>:',
  'Ünal Größe <unal@rfc.example> 于2021年6月14日周一 10:00写道：',
  '2021年6月14日(月) 10:00 Ünal Größe <unal@rfc.example>:',
  'pon., 14 cze 2021 o 10:00 Ünal Größe <unal@rfc.example> napisał(a):',
  'po 14. 6. 2021 v 10:00 odesílatel Ünal Größe <unal@rfc.example> napsal:',
  '* Ünal Größe <unal@rfc.example> [2021-06-14 10:00:04 +0200]:',
  'Ünal Größe <unal@rfc.example> writes:',
  'Ünal Größe wrote:',
  'Quoting Ünal Größe (2021-06-14 10:00:04)',
  '---- On Mon, 14 Jun 2021 10:00:04 +0200 Ünal Größe <unal@rfc.example> wrote ----',
  '------- Original Message -------\nOn Monday, June 14th, 2021 at 10:00, Ünal Größe <unal@rfc.example> wrote:\n',
  'On 2021-06-14 10:00, Ünal Größe wrote:',
  'On Mon, Jun 14, 2021 at 10:00:04AM +0200,\nÜnal Größe wrote:',
]

/** By what they do: the end of "samples become the same …". */
export const RESPELLINGS: Readonly<Record<string, Respelling>> = {
  ...SPELLINGS,
  ...Object.fromEntries(
    ATTRIBUTIONS.map((line) => [`with "${line.replaceAll('\n', ' ')}"`, attributions(line)]),
  ),
}

function headOf(raw: string): string {
  return raw.slice(0, raw.indexOf('\n\n'))
}

function bodyOf(raw: string): string {
  return raw.slice(raw.indexOf('\n\n') + 2)
}

/** One part of plain UTF-8 text that stands as it is. */
function isPlain(raw: string): boolean {
  return (
    /^Content-Type: text\/plain; charset=UTF-8(?:; format=flowed)?$/m.test(headOf(raw)) &&
    /^Content-Transfer-Encoding: 8bit$/m.test(headOf(raw))
  )
}

function isQuoted(line: string): boolean {
  return line.startsWith('>')
}

/** The words of a mail that are neither a patch nor flowed: what may be set anew. */
function isSettable(raw: string): boolean {
  return isPlain(raw) && !raw.includes('format=flowed') && !raw.includes('diff --git')
}

function headers(change: (head: string) => string): Respelling {
  return (raw) => `${change(headOf(raw))}\n\n${bodyOf(raw)}`
}

function words(encode: (bytes: string) => string, encoding: string): Respelling {
  return (raw) =>
    isPlain(raw)
      ? `${headOf(raw).replace(/^(Content-Transfer-Encoding:).*$/m, `$1 ${encoding}`)}\n\n${encode(bodyOf(raw))}`
      : raw
}

/** `render` gets the part with its own headers, and gives the value of Content-Type and the body. */
function wrap(render: (part: string) => string): Respelling {
  return (raw) => {
    // Other words beside no words are words.
    if (!isPlain(raw) || bodyOf(raw).trim() === '') return raw
    const own = headOf(raw)
      .split('\n')
      .filter((line) => /^Content-/.test(line))
    const rest = headOf(raw)
      .split('\n')
      .filter((line) => !/^Content-/.test(line))
    return `${rest.join('\n')}\nContent-Type: ${render(`${own.join('\n')}\n\n${bodyOf(raw)}`)}`
  }
}

function lines(change: (line: string) => string, tail = ''): Respelling {
  return text((body) => body.split('\n').map(change).join('\n') + tail)
}

function text(change: (body: string) => string): Respelling {
  return (raw) => {
    // An empty mail with a footer is no longer an empty mail to the eye, and a long signature no longer a short one.
    if (!isSettable(raw) || /^-- $/m.test(bodyOf(raw))) return raw
    return `${headOf(raw)}\n\n${utf8(change(unicode(bodyOf(raw))))}`
  }
}

function attributions(line: string): Respelling {
  return text((body) => body.replace(ATTRIBUTION, `${line}\n`))
}

/** Paragraphs of quoted prose set to another width; code, tables and lists stay. */
function rewrapQuotes(width: number): Respelling {
  return text((body) => {
    const out: string[] = []
    let open: { prefix: string; words: string[] } | null = null
    const close = () => {
      if (!open) return
      let line = open.prefix
      for (const word of open.words) {
        if (line !== open.prefix && line.length + word.length + 1 > width) {
          out.push(line)
          line = open.prefix
        }
        line += line === open.prefix ? word : ` ${word}`
      }
      out.push(line)
      open = null
    }
    for (const line of body.split('\n')) {
      const prefix = /^(?:>[ ]?)+/.exec(line)?.[0] ?? ''
      const content = line.slice(prefix.length)
      const isProse = prefix !== '' && /^[A-Za-z]/.test(content) && !content.endsWith('wrote:')
      if (!isProse || (open && open.prefix !== prefix)) close()
      if (!isProse) out.push(line)
      else if (open) open.words.push(...content.split(/ +/))
      else open = { prefix, words: content.split(/ +/) }
    }
    close()
    return out.join('\n')
  })
}

/** A mailer that breaks long lines and does not know what a quote is. */
function breakQuotes(width: number): Respelling {
  return lines((line) => {
    if (!/^> [A-Za-z]/.test(line) || line.length <= width || line.endsWith('wrote:')) return line
    const at = line.lastIndexOf(' ', width)
    return at < 20 ? line : `${line.slice(0, at)}\n${line.slice(at + 1)}`
  })
}

function flowed(raw: string): string {
  if (!isSettable(raw)) return raw
  const body = unicode(bodyOf(raw))
    .split('\n')
    .map((line) => {
      const depth = /^(?:>[ ]?)*/.exec(line)?.[0].replaceAll(' ', '') ?? ''
      const content = line.replace(/^(?:>[ ]?)*/, '')
      const isSoft = /[a-z,]$/.test(content) && /^[A-Za-z]/.test(content) && !content.endsWith('wrote:')
      const stuffed = content === '' ? '' : ` ${content}`
      return depth === ''
        ? `${/^[ >]|^From /.test(content) ? ' ' : ''}${content}`
        : `${depth}${stuffed}${isSoft ? ' ' : ''}`
    })
    .join('\n')
  return `${headOf(raw).replace('charset=UTF-8', 'charset=UTF-8; format=flowed')}\n\n${utf8(body)}`
}

function armored(raw: string): string {
  if (!isSettable(raw)) return raw
  const body = bodyOf(raw).replace(/^-/gm, '- -')
  return `${headOf(raw)}\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${body}-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n`
}

/** Gmail's HTML, or that of a mailer that knows no quotes: paragraphs with colours. */
function inHtml(isFlat: boolean): Respelling {
  return (raw) => {
    if (!isSettable(raw) || /^-- $/m.test(bodyOf(raw)) || bodyOf(raw).trim() === '') return raw
    const escaped = (line: string) =>
      line
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('\t', '        ')
        .replaceAll('  ', '&nbsp; ')
    let html = ''
    let depth = 0
    for (const line of unicode(bodyOf(raw)).trimEnd().split('\n')) {
      const marks = /^(?:>[ ]?)*/.exec(line)?.[0] ?? ''
      const content = line.slice(marks.length)
      const next = marks.replaceAll(' ', '').length
      if (isFlat) {
        html +=
          content === ''
            ? '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
            : `<p class="MsoNormal" style="color:${next > 0 ? 'blue' : 'black'}">${escaped(content)}</p>`
        continue
      }
      for (; depth < next; depth++) html += '<blockquote class="gmail_quote">'
      for (; depth > next; depth--) html += '</blockquote>'
      html += `${escaped(content)}<br>\n`
    }
    html += '</blockquote>'.repeat(depth)
    return `${headOf(raw).replace('text/plain', 'text/html')}\n\n${utf8(`<html><head><title>Re</title></head><body><div>${html}</div></body></html>`)}`
  }
}

function unicode(bytes: string): string {
  return decodeUtf8(bytes).text
}

function utf8(words: string): string {
  return [...words].map((c) => String.fromCharCode(...utf8Bytes(c.codePointAt(0) ?? 0))).join('')
}

function quotedPrintable(bytes: string): string {
  return bytes
    .split('\n')
    .map((line) => {
      const encoded = [...line].map((c, i) => {
        const isPlainByte = (c >= '!' && c <= '~' && c !== '=') || (c === ' ' && i < line.length - 1)
        return isPlainByte ? c : `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
      })
      let out = ''
      let column = 0
      for (const piece of encoded) {
        if (column + piece.length > 70) {
          out += '=\n'
          column = 0
        }
        out += piece
        column += piece.length
      }
      return out
    })
    .join('\n')
}

function base64(bytes: string): string {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const triple = [0, 1, 2].map((k) => bytes.charCodeAt(i + k) || 0)
    const value = ((triple[0] ?? 0) << 16) | ((triple[1] ?? 0) << 8) | (triple[2] ?? 0)
    const digits = [18, 12, 6, 0].map((shift) => ALPHABET[(value >> shift) & 63] ?? '').join('')
    out += digits.slice(0, Math.min(4, bytes.length - i + 1)).padEnd(4, '=')
    if ((i / 3) % 19 === 18) out += '\n'
  }
  return `${out}\n`
}
