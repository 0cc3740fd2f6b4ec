import type { Nodes } from 'mdast'

/**
 * The text of a node as a reader sees it, without markup: what block texts and heading slugs are made of.
 * A footnote's number, a comment and the like are not part of it. White space is as in the source.
 */
export function textContent(node: Nodes): string {
  if (node.type === 'text' || node.type === 'inlineCode' || node.type === 'code') return node.value
  if (node.type === 'break') return '\n'
  if (node.type === 'tableRow') return node.children.map(textContent).join(' ')
  if ('children' in node) return node.children.map(textContent).join('')
  return ''
}

/** What stands between backticks within sentences, in the order of the text. */
export function inlineCodeOf(node: Nodes): string[] {
  if (node.type === 'inlineCode') return [node.value]
  return 'children' in node ? node.children.flatMap(inlineCodeOf) : []
}

/** Runs of white space become one space, none is left at the ends, and characters are composed (NFC). */
export function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim().normalize('NFC')
}
