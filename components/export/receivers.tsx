import { CopyButton } from '#components/ui/copy-button.tsx'
import { type ProposedReceiver, receiversOf } from '#lib/review/outgoing/receivers.ts'
import { sendEmailLine } from '#lib/review/outgoing/send-email-line.ts'
import { site } from '#lib/review/proposal/address.ts'
import styles from './export.module.css'

/** Who gets it and why, and the commands that send it with git. `own`: where the viewer himself is reached. */
export function Receivers({
  slug,
  number,
  receivers,
  own,
}: {
  slug: string
  number: number
  receivers: readonly ProposedReceiver[]
  own: string | null
}) {
  const isCut = receivers.every(({ isList }) => isList)
  return (
    <section aria-labelledby="send">
      <h2 id="send">Send it with git</h2>
      <div className={styles.scroll}>
        <table className={styles.receivers}>
          <caption>
            Who gets it{isCut && own === null && ': the lists; members of the proposal see people, too'}
          </caption>
          <thead>
            <tr>
              <th scope="col">Header</th>
              <th scope="col">Address</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {receivers.map(({ box, as, why }) => (
              <tr key={box.address}>
                <td>{as === 'to' ? 'To' : 'Cc'}</td>
                <td>{box.name === '' ? box.address : `${box.name} <${box.address}>`}</td>
                <td>{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        Unpack <a href={site.mailFiles(slug, number)}>the mails</a> (
        <code>
          tar xf {slug}-v{number}.tar
        </code>
        ), then:
      </p>
      <Command
        label="git send-email command"
        text={sendEmailLine(receiversOf(receivers), [`${slug}-v${number}/*.eml`])}
      />
      {own !== null && (
        <>
          <p>
            To yourself first: <a href={site.mailFilesToOneself(slug, number)}>the same mails</a>, addressed
            to you alone, with ids of their own, so that your reader does not take the real ones for
            repetitions.
          </p>
          <Command
            label="git send-email command to yourself"
            text={sendEmailLine({ to: [{ name: '', address: own }], cc: [] }, [
              `${slug}-v${number}-reflect/*.eml`,
            ])}
          />
        </>
      )}
    </section>
  )
}

function Command({ label, text }: { label: string; text: string }) {
  return (
    <figure className={styles.command} aria-label={label}>
      <CopyButton label="Copy" text={text} shown={text} />
    </figure>
  )
}
