/** A process of its own that takes mail by LMTP; with `hang` it stores and then never answers, until it is killed. */
import 'server-only'
import { listenLmtp } from '#lib/mail/shell/lmtp.ts'
import { deliverMail } from '#lib/review/incoming/receive.server.ts'

const { port } = await listenLmtp({
  port: 0,
  host: '127.0.0.1',
  onTrouble: (error) => console.error(error),
  deliver: async (bytes) => {
    const delivery = await deliverMail(bytes)
    if (process.argv.includes('hang')) {
      console.log('stored')
      await new Promise(() => {})
    }
    return delivery
  },
})
console.log(`port ${port}`)
