import type { Nodes, Properties, Root } from 'hast'
import { createElement, type ReactNode } from 'react'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import styles from './comment-body.module.css'

/**
 * A comment's sanitised tree as elements. It is small because the preview needs it in the browser, and complete only
 * for what `lib/review/comment/comment-markdown.ts` lets through: it relies on that list and adds no second one.
 */
export function CommentBody({ tree, idPrefix }: { tree: Root; idPrefix: string }) {
  return (
    <div className={styles.body}>{tree.children.map((node, index) => render(node, index, idPrefix))}</div>
  )
}

function render(node: Nodes, index: number, idPrefix: string): ReactNode {
  if (node.type === 'text') return node.value
  if (node.type !== 'element') return null
  const children = node.children.map((child, at) => render(child, at, idPrefix))
  const props = { ...attributes(node.properties, idPrefix), key: index }
  // A wide table scrolls by itself, reachable by keyboard.
  if (node.tagName === 'table') {
    return (
      <ScrollBox as="section" key={index} className={styles.scroll} label="Table">
        {createElement('table', null, children)}
      </ScrollBox>
    )
  }
  return children.length > 0
    ? createElement(node.tagName, props, ...children)
    : createElement(node.tagName, props)
}

function attributes(properties: Properties, idPrefix: string): Record<string, unknown> {
  const named: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(properties)) {
    const attribute = /^(aria|data)[A-Z]/.test(name) ? name.replace(/[A-Z]/, '-$&').toLowerCase() : name
    const text = Array.isArray(value) ? value.join(' ') : value
    // Two comments may have a footnote of the same name: each has its ids for itself.
    const isName = ['id', 'href', 'aria-describedby', 'aria-labelledby'].includes(attribute)
    named[attribute] =
      isName && typeof text === 'string' ? text.replace(/^(#?)(?=comment-)/, `$1${idPrefix}-`) : text
  }
  if (typeof named.checked === 'boolean') {
    named.defaultChecked = named.checked
    delete named.checked
  }
  if (typeof named.href === 'string' && !named.href.startsWith('#')) named.rel = 'nofollow noopener ugc'
  return named
}
