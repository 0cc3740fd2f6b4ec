/**
 * What an author may write in several ways becomes the one way that page, mail and blocks know: comments go, the box of a
 * task becomes its sign in the text, a language gets the name by which code is coloured. Before the check, in place.
 */
import type { Nodes, Paragraph, Root } from 'mdast'
import { languageOf } from './code-language.ts'

export function settleTree(tree: Root): void {
  const stack: Nodes[] = [tree]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'code' && node.lang) {
      const language = languageOf(node.lang)
      if (language.kind === 'known') node.lang = language.name
    }
    if (node.type === 'listItem' && typeof node.checked === 'boolean') {
      signTask(node.children[0], node.checked)
      node.checked = null
    }
    if (!('children' in node)) continue
    const children: readonly Nodes[] = node.children
    if (children.some(isComment)) node.children = withoutComments(children) as typeof node.children
    if (children.some(isBareAddress))
      node.children = node.children.flatMap(endedAddress) as typeof node.children
    for (const child of node.children) stack.push(child)
  }
}

/** An address in plain text ends where a bracket or a stop of Chinese or Japanese stands, which no address has. */
const ADDRESS_END = /[>）（。，、；：！？「」『』【】〈〉《》〔〕]/

function isBareAddress(node: Nodes): boolean {
  if (node.type !== 'link' || node.title || node.children.length !== 1) return false
  const [shown] = node.children
  if (shown?.type !== 'text' || !ADDRESS_END.test(shown.value)) return false
  // `[https://…](…)` and `<https://…>` begin with a sign of their own.
  return (
    node.position?.start.offset === shown.position?.start.offset &&
    /^(?:https?:\/\/|www\.)/i.test(shown.value)
  )
}

function endedAddress(node: Nodes): Nodes[] {
  if (node.type !== 'link' || !isBareAddress(node)) return [node]
  const [shown] = node.children
  if (shown?.type !== 'text') return [node]
  const at = shown.value.search(ADDRESS_END)
  // What stands in front of the sign may end a sentence.
  const address = shown.value.slice(0, at).replace(/[.,;:!?'"*_~)]+$/, '')
  const url = /^www/i.test(address) ? `http://${address}` : address
  const text = (value: string): Nodes => ({
    type: 'text',
    value,
    ...(node.position ? { position: node.position } : {}),
  })
  const [, host = ''] = /^(?:https?:\/\/)?([^/]*)/i.exec(address) ?? []
  if (host === '') return [text(shown.value)]
  const link: Nodes = { ...node, url, children: [{ ...shown, value: address }] }
  // Without blanks between them a second address may stand in what was taken for one.
  const rest = shown.value.slice(address.length)
  const next = rest.search(/https?:\/\//i)
  if (next < 0) return [link, text(rest)]
  const value = rest.slice(next)
  const second: Nodes = { ...node, url: value, children: [{ ...shown, value }] }
  return [link, text(rest.slice(0, next)), ...endedAddress(second)]
}

function signTask(first: Nodes | undefined, isDone: boolean): void {
  if (first?.type !== 'paragraph') return
  first.children.unshift({ type: 'text', value: isDone ? '[x] ' : '[ ] ' })
}

/** Only those are left as `html`, and an expression that is nothing but a comment is none. */
function isComment(node: Nodes): boolean {
  if (node.type === 'html') return node.value.startsWith('<!--')
  const isExpression = node.type === 'mdxFlowExpression' || node.type === 'mdxTextExpression'
  if (isExpression) return /^\s*\/\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.test(node.value)
  return node.type === 'paragraph' && node.children.some(isComment) && node.children.every(isNothing)
}

const isNothing = (node: Paragraph['children'][number]) =>
  isComment(node) || (node.type === 'text' && node.value.trim() === '')

function withoutComments(children: readonly Nodes[]): Nodes[] {
  const kept: Nodes[] = []
  for (const child of children) {
    if (isComment(child)) continue
    const last = kept.at(-1)
    if (last?.type === 'text' && child.type === 'text') {
      // Where the comment stood there is one blank, or none.
      last.value = `${last.value}${/\s$/.test(last.value) ? child.value.trimStart() : child.value}`
      if (last.position && child.position)
        last.position = { start: last.position.start, end: child.position.end }
    } else kept.push(child)
  }
  return kept
}
