/**
 * RFC 3676: `format=flowed` undone. A line that ends in a space goes on in the next line of the same quote depth;
 * lines are stuffed with a space where they begin with one, with `>` or with `From `.
 *
 * The depth is part of the rule, so this cannot be done by a reader that joins lines first and looks for quotes
 * later.
 */
export function unflow(text: string, deleteSpace: boolean): string {
  const out: string[] = []
  /** The paragraph that is still open: its pieces and depth. */
  let pieces: string[] = []
  let openDepth = 0
  const close = () => {
    if (pieces.length > 0) out.push(quoted(openDepth, pieces.join('')))
    pieces = []
  }
  for (const line of text.split('\n')) {
    let depth = 0
    while (line[depth] === '>') depth++
    const content = line[depth] === ' ' ? line.slice(depth + 1) : line.slice(depth)
    // A soft break before a line of another depth is a mistake of the sender: the line ends there.
    if (depth !== openDepth) close()
    openDepth = depth
    const isSignature = content === '-- '
    if (isSignature) close()
    // A whole trailer with a blank behind it, as it was copied, does not go on.
    const isWhole = pieces.length === 0 && WHOLE_TRAILER.test(content.slice(0, 400))
    if (content.endsWith(' ') && !isSignature && !isWhole)
      pieces.push(deleteSpace ? content.slice(0, -1) : content)
    else {
      pieces.push(content)
      close()
    }
  }
  close()
  return out.join('\n')
}

function quoted(depth: number, content: string): string {
  if (depth === 0) return content
  return content === '' ? '>'.repeat(depth) : `${'>'.repeat(depth)} ${content}`
}

const WHOLE_TRAILER = /^[A-Z][A-Za-z]{1,30}(?:-[A-Za-z]{1,30}){1,3}: [^<>]{1,120}<[^\s<>]{3,120}> +$/
