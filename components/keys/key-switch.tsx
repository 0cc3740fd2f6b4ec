'use client'
import { useEffect, useState } from 'react'
import styles from './keys.module.css'
import { areKeysOff, setKeys } from './page-keys.ts'

/** Turns the keys off in this browser, and on again. Without scripts there are none, and nothing is drawn. */
export function KeySwitch() {
  const [isOn, setOn] = useState<boolean | null>(null)
  useEffect(() => setOn(!areKeysOff()), [])
  if (isOn === null) return null
  return (
    <p className={styles.switch}>
      <button type="button" aria-pressed={isOn} onClick={() => setKeys(!isOn) && setOn(!isOn)}>
        Keys are {isOn ? 'on' : 'off'} in this browser: turn them {isOn ? 'off' : 'on'}
      </button>
    </p>
  )
}
