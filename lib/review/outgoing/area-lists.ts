/**
 * Lists that read about an area, as the kernel's MAINTAINERS file names them (the L: lines, Linux 6.12).
 *
 * A proposal names its lists in the cover; this only reminds of one that was forgotten. An area that is not here adds
 * nothing: a wrong list is worse than none.
 */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  bpf: ['bpf@vger.kernel.org'],
  block: ['linux-block@vger.kernel.org'],
  cgroup: ['cgroups@vger.kernel.org'],
  ext4: ['linux-ext4@vger.kernel.org'],
  fs: ['linux-fsdevel@vger.kernel.org'],
  // The futex entry names the general list only.
  futex: ['linux-kernel@vger.kernel.org'],
  io_uring: ['io-uring@vger.kernel.org'],
  kvm: ['kvm@vger.kernel.org'],
  locking: ['linux-kernel@vger.kernel.org'],
  mm: ['linux-mm@kvack.org'],
  net: ['netdev@vger.kernel.org'],
  rcu: ['rcu@vger.kernel.org'],
  sched: ['linux-kernel@vger.kernel.org'],
  trace: ['linux-trace-kernel@vger.kernel.org'],
}

/** Of each word of an area: `io_uring/futex` is about both. */
export function listsOfArea(area: string): readonly string[] {
  const words = area.toLowerCase().split(/[^a-z0-9_]+/)
  return [...new Set(words.flatMap((word) => (Object.hasOwn(LISTS, word) ? (LISTS[word] ?? []) : [])))]
}
