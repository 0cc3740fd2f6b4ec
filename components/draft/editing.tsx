'use client'
import { useEffect } from 'react'

/** Draws nothing: brings the scripts of the editor once the form is there. */
export function Editing({ owner }: { owner: string }) {
  useEffect(() => {
    let stop = () => {}
    let isGone = false
    void import('./edit-page.ts').then(({ followEditing }) => {
      const form = document.querySelector<HTMLFormElement>('form[data-copy-form]')
      if (form && !isGone) stop = followEditing(form, owner)
    })
    return () => {
      isGone = true
      stop()
    }
  }, [owner])
  return null
}
