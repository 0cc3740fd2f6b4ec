-- Only a token that the operator marked as his mail server's may bring Authentication-Results that are believed. Those
-- that are there were made for any program, so none is marked: what they bring is held until somebody looks at it, or
-- proved by its own signature.
ALTER TABLE mail_token ADD COLUMN is_mail_server boolean NOT NULL DEFAULT false;
