-- A Message-ID is stored without angle brackets, which belong to the line of a mail. Comments alone had them, so that
-- each look-up had to know where it looked. In mail nothing changes: what left before has the same Message-ID.

-- The rule that only the text of a comment changes would refuse this. It is off within this transaction, which holds the
-- table against every other writer from here to its end; a failure puts it back with all the rest.
ALTER TABLE comment DISABLE TRIGGER comment_versions;
UPDATE comment SET message_id = regexp_replace(message_id, '^<|>$', '', 'g') WHERE message_id ~ '^<|>$';
ALTER TABLE comment ENABLE TRIGGER comment_versions;

ALTER TABLE comment
  ADD CONSTRAINT comment_message_id_shape CHECK (length(message_id) BETWEEN 1 AND 998 AND message_id !~ '[<>[:space:]]');
