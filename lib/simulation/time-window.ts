/**
 * Which part of a long run is drawn. A run may have thousands of steps and must still react within a frame, so
 * the time line and the story draw only what can be seen and keep the room of the rest.
 */

/** Half open: items `from` … `to - 1`. */
export type ItemRange = { readonly from: number; readonly to: number }

/**
 * The items of a row that show through a viewport, with `overscan` more on each side.
 *
 * @param scroll pixels scrolled past the start; may be out of range while a list shrinks
 * @param viewport pixels that show; 0 before the first layout, then a first screenful is guessed
 */
export function visibleItems(
  scroll: number,
  viewport: number,
  itemSize: number,
  count: number,
  overscan = 10,
): ItemRange {
  const shown = Math.ceil((viewport > 0 ? viewport : 1200) / itemSize) + 1
  const first = Math.floor(Math.max(0, scroll) / itemSize)
  const from = Math.max(0, Math.min(first, count - shown) - overscan)
  return { from, to: Math.min(count, first + shown + overscan) }
}

/**
 * Where to scroll so that an item is seen with some of its neighbours; the same scroll when it already is, so
 * that nothing moves without need.
 */
export function scrollToShow(
  item: number,
  scroll: number,
  viewport: number,
  itemSize: number,
  count: number,
  margin = 2,
): number {
  const longest = Math.max(0, count * itemSize - viewport)
  const before = (item - margin) * itemSize
  const after = (item + 1 + margin) * itemSize
  const clamp = (value: number) => Math.max(0, Math.min(longest, value))
  if (before < scroll) return clamp(before)
  if (after > scroll + viewport) return clamp(after - viewport)
  return clamp(scroll)
}

/** A stretch of `size` items around `centre`, moved so that it is full where the list is long enough. */
export function itemsAround(centre: number, count: number, size: number): ItemRange {
  const from = Math.max(0, Math.min(centre - Math.floor(size / 2), count - size))
  return { from, to: Math.min(count, from + size) }
}
