/** The name of a person who deleted their account; the database compares (`deleted_person_has_no_name`), and nobody may take it. */
export const TOMBSTONE = 'Deleted account'

/** In place of the name of whose mail was dropped, with all that it brought: of it nothing is shown, and nothing is mailed. */
export const DROPPED_NAME = 'A sender whose mail was dropped'
