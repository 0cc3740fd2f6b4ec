import type { ReactNode } from 'react'
import styles from './mailed-text.module.css'

/**
 * Words that came by mail, as their writer set them: plain text, with nothing in it that means anything but its
 * letters. Only addresses of pages become links; quoted lines are set apart.
 */
export function MailedText({ text }: { text: string }) {
  return (
    <pre className={styles.text}>
      {runsOf(text).map(({ isQuote, lines }, i) =>
        isQuote ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: runs of a text that does not change
          <span key={i} className={styles.quote}>
            {withLinks(lines)}
          </span>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <span key={i}>{withLinks(lines)}</span>
        ),
      )}
    </pre>
  )
}

function runsOf(text: string): { isQuote: boolean; lines: string }[] {
  const runs: { isQuote: boolean; lines: string }[] = []
  for (const line of text.split(/(?<=\n)/)) {
    const isQuote = line.startsWith('>')
    const last = runs.at(-1)
    if (last?.isQuote === isQuote) last.lines += line
    else runs.push({ isQuote, lines: line })
  }
  return runs
}

const ADDRESS = /(https?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?])/

function withLinks(text: string): ReactNode[] {
  return text.split(ADDRESS).map((piece, i) =>
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a text that does not change
      <a key={i} href={piece} rel="nofollow noopener ugc">
        {piece}
      </a>
    ) : (
      piece
    ),
  )
}
