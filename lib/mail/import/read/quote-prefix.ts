/** How deep a line is quoted, in all spellings of `>`: `> > text`, `>> text`, `>text`, ` > text`, `＞ text`, `&gt; text`. */

export type QuotedLine = { readonly depth: number; readonly content: string }

/** A whole line, one pass, no backtracking. Depth 0 gives the line as it is. */
export function splitQuotePrefix(line: string): QuotedLine {
  let at = 0
  let depth = 0
  let end = 0
  while (at < line.length) {
    const c = line[at]
    const isEscaped = c === '&' && line.startsWith('&gt;', at)
    if (c === '>' || c === '\uff1e' || isEscaped) {
      depth++
      at += isEscaped ? 4 : 1
      end = at
    } else if ((c === ' ' || c === '\t') && at - end < 3) at++
    else break
  }
  if (depth === 0) return { depth, content: line }
  // Own words: a comparison (">= 4"), an arrow, and `>From `, which old mailboxes make of `From `.
  const rest = line.slice(end)
  if (depth === 1 && /^(?:= ?\w|From )/.test(rest)) {
    return { depth: 0, content: rest.startsWith('From ') ? rest : line }
  }
  return { depth, content: rest.startsWith(' ') ? rest.slice(1) : rest }
}

/**
 * Marks that some mailers and people put before quoted lines instead of `>`: bars, colons, initials (`UG> text`).
 * They are letters of ordinary text as well, so they mean a quote only where the words behind them are known.
 */
const ODD_PREFIX = /^\s{0,4}((?:[|:}\]%#!*+=~$&›»❯┃│¦]|\p{L}[\p{L}.]{0,11}>)(?:[ \t]?[|:}>›»│])*)[ \t]?/u

export function splitOddPrefix(line: string): { readonly prefix: string; readonly content: string } | null {
  const m = ODD_PREFIX.exec(line.slice(0, 200))
  return m ? { prefix: (m[1] ?? '').slice(0, 1), content: line.slice(m[0].length) } : null
}

/** What people write where they cut: `[...]`, `<snip>`, `--8<--`. */
const GAP =
  /^\W{0,3}(?:\.{2,}|…|\[ ?(?:\.{2,}|…) ?\]|[[<(]\s?(?:snip|cut|trimmed|skip(?:ped)?|deleted|\.{2,}|…)[^\])>]{0,30}[\])>]|-+\s?(?:8<|>8)\s?-+|snip)\W{0,3}$/iu

export function isGap(content: string): boolean {
  return content.length <= 80 && GAP.test(content)
}

/** git's line between a reply and a patch below it. */
export function isScissors(content: string): boolean {
  return /^-{2,} ?(?:>8|8<|>%|%<) ?-{2,}/.test(content)
}
