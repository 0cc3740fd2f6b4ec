/** What the server made, as one element of this page; null: something else came. */
export function elementFrom(html: string): HTMLElement | null {
  const template = document.createElement('template')
  template.innerHTML = html
  return template.content.firstElementChild instanceof HTMLElement ? template.content.firstElementChild : null
}
