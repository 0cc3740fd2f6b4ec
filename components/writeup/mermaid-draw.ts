/**
 * The door to mermaid. The library is loaded when the first diagram is near, and never on pages without one.
 *
 * Diagrams are an author's text, so mermaid runs at its strictest and the settings that a diagram could change from
 * within (`%%{init}%%`, front matter) are on the list it may not touch: style sheets and images in a theme can load
 * things from elsewhere. The checker refuses them as well; this holds for text that reached the page another way.
 */
import type { Mermaid, MermaidConfig } from 'mermaid'
import { drawableSource } from '#lib/writeup/parse/diagram-source.ts'

export type Drawing = {
  readonly svg: string
  /** Natural width in CSS pixels. */
  readonly width: number
}

let loading: Promise<Mermaid> | undefined
/** Drawings run one after the other: mermaid's configuration is global. */
let queue: Promise<unknown> = Promise.resolve()

/** @param place an element of the page whose colours and fonts the drawing takes over. */
export function drawDiagram(id: string, source: string, place: HTMLElement): Promise<Drawing> {
  const drawing = queue.then(async () => {
    loading ??= import('mermaid').then((module) => module.default)
    const mermaid = await loading
    mermaid.initialize(configFor(place))
    const { svg } = await mermaid.render(id, drawableSource(source))
    return { svg, width: widthOf(svg) }
  })
  queue = drawing.catch(() => {})
  return drawing
}

/** Calls back when the page changes between light and dark, by the system or by its own switch. */
export function onThemeChange(changed: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const own = new MutationObserver(changed)
  own.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  system.addEventListener('change', changed)
  return () => {
    own.disconnect()
    system.removeEventListener('change', changed)
  }
}

function configFor(place: HTMLElement): MermaidConfig {
  const style = getComputedStyle(place)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const fontFamily = token('--sans')
  const [paper, ink, soft, rule, raised] = ['--paper', '--ink', '--ink-soft', '--rule', '--code-paper'].map(
    token,
  )
  return {
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
    layout: 'dagre',
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    maxTextSize: 20_000,
    maxEdges: 500,
    secure: [
      'secure',
      'securityLevel',
      'startOnLoad',
      'maxTextSize',
      'maxEdges',
      'suppressErrorRendering',
      'layout',
      'htmlLabels',
      'flowchart',
      'theme',
      'themeCSS',
      'themeVariables',
      'darkMode',
      'fontFamily',
      'altFontFamily',
      'dompurifyConfig',
    ],
    fontFamily,
    theme: 'base',
    themeVariables: {
      darkMode: isDark(paper ?? ''),
      background: paper,
      fontFamily,
      fontSize: '15px',
      primaryColor: raised,
      primaryTextColor: ink,
      primaryBorderColor: soft,
      secondaryColor: raised,
      tertiaryColor: paper,
      lineColor: soft,
      textColor: ink,
      noteBkgColor: paper,
      noteTextColor: ink,
      noteBorderColor: rule,
      actorBkg: raised,
      actorBorder: soft,
      actorTextColor: ink,
      actorLineColor: rule,
      signalColor: ink,
      signalTextColor: ink,
      labelBoxBkgColor: raised,
      labelBoxBorderColor: soft,
      labelTextColor: ink,
      loopTextColor: ink,
      activationBkgColor: raised,
      activationBorderColor: soft,
      edgeLabelBackground: paper,
      clusterBkg: paper,
      clusterBorder: rule,
    },
  }
}

/** Tokens are written as `#rrggbb`. */
function isDark(colour: string): boolean {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  if (!parts) return false
  const [red, green, blue] = parts.slice(1).map((hex) => Number.parseInt(hex, 16)) as [number, number, number]
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128
}

function widthOf(svg: string): number {
  const box = /\bviewBox="[-\d.]+ [-\d.]+ ([\d.]+) [\d.]+"/.exec(svg)
  return Math.ceil(Number(box?.[1] ?? 600))
}
