import { expect, test } from 'vitest'
import { elementsIn, escapeHtml, Html, html } from './html.ts'

test('what is put in is text, whatever it looks like', () => {
  const name = `<img src=x onerror="alert('1')">&amp;`
  expect(html`<b title="${name}">${name}</b>`.text).toBe(
    '<b title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;">' +
      '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;</b>',
  )
})

test('what html made is put in as it is, alone or as a list', () => {
  const item = html`<li>${'<'}</li>`
  expect(html`<ol>${[item, item]}</ol>${item}`.text).toBe('<ol><li>&lt;</li><li>&lt;</li></ol><li>&lt;</li>')
})

test('nothing is put for what is absent; zero is a number', () => {
  expect(html`a${null}b${undefined}c${false}d${0}`.text).toBe('abcd0')
})

test('line ends of the source are left out, those of a text stay', () => {
  expect(
    html`<p>
    ${'a\n  b'}
  </p>`.text,
  ).toBe('<p>a\n  b</p>')
})

test('elements are counted by their start tags', () => {
  expect(elementsIn(html`<p id="a">${'<b>'} <br><span>x</span></p>`)).toBe(3)
  expect(elementsIn(new Html(''))).toBe(0)
})

test('an escaped text holds none of the five signs', () => {
  expect(escapeHtml(`a&b<c>d"e'f`)).toBe('a&amp;b&lt;c&gt;d&quot;e&#39;f')
})
