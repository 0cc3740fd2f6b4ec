/** A field as high as its text, where the browser does not do that by itself (`field-sizing` of comment-form.module.css). */
export function grow(field: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return
  field.style.height = 'auto'
  // With its borders; the style has the largest and the least height.
  field.style.height = `${field.scrollHeight + 2}px`
}
