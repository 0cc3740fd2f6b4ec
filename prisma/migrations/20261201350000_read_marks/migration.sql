-- What each person has seen: of a thread the number of the last comment, of a write-up the newest revision in which they read
-- it. Nobody else is shown it. Without a row nothing was seen.
CREATE TABLE read_mark (
  person_id uuid NOT NULL REFERENCES person,
  thread_id uuid NOT NULL REFERENCES thread,
  seen int NOT NULL CONSTRAINT read_mark_is_of_a_comment CHECK (seen > 0),
  CONSTRAINT read_mark_pkey PRIMARY KEY (person_id, thread_id)
);
CREATE INDEX read_mark_thread_id_idx ON read_mark (thread_id);
CREATE TABLE read_part (
  person_id uuid NOT NULL REFERENCES person,
  proposal_id uuid NOT NULL REFERENCES proposal,
  writeup text NOT NULL,
  revision int NOT NULL CONSTRAINT read_part_is_of_a_revision CHECK (revision > 0),
  read_at timestamptz(6) NOT NULL,
  CONSTRAINT read_part_pkey PRIMARY KEY (person_id, proposal_id, writeup)
);
