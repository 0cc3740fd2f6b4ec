/**
 * One reader in a process of their own, who asks for a page again as soon as it is there: what the program that plays the
 * others does meanwhile must not count as waiting. Run as `node bench/reader.mjs URL TIMES`; prints the waits as JSON, in ms.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const OWN = fileURLToPath(import.meta.url)

/** @returns {Promise<{ p50: number, p99: number }>} in ms */
export async function waits(url, times) {
  const child = spawn(process.execPath, [OWN, url, String(times)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  const code = await new Promise((done) => child.once('close', done))
  if (code !== 0) throw new Error(`the reader ended with ${code}`)
  const sorted = JSON.parse(output).sort((a, b) => a - b)
  const at = (share) => Number(sorted[Math.min(times - 1, Math.floor(times * share))].toFixed(1))
  return { p50: at(0.5), p99: at(0.99) }
}

if (process.argv[1] === OWN) {
  const [url, times] = [process.argv[2], Number(process.argv[3])]
  const all = []
  // The first of each process opens the connection and warms the engine of the reader, not of the server.
  for (let i = -5; i < times; i++) {
    const began = performance.now()
    const response = await fetch(url, { headers: { accept: 'text/html' } })
    await response.text()
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
    if (i >= 0) all.push(performance.now() - began)
  }
  console.log(JSON.stringify(all))
}
