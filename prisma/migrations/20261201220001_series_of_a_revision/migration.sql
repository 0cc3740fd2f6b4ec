-- A series leaves of a revision, which has to have passed. Mails that left before are of none.
ALTER TABLE outgoing_mail ADD COLUMN revision_id UUID;
ALTER TABLE outgoing_mail ADD CONSTRAINT outgoing_mail_revision_id_fkey
  FOREIGN KEY (revision_id) REFERENCES revision (id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE outgoing_mail ADD CONSTRAINT outgoing_series_is_of_a_revision
  CHECK (kind NOT IN ('series', 'reflect') OR revision_id IS NOT NULL) NOT VALID;
