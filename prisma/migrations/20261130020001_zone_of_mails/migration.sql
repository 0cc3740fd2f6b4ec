-- The zone in which the sender of a mail wrote its date, in minutes east of UTC; null for mails that came before, and for
-- those without a date that can be read.
ALTER TABLE incoming_mail ADD COLUMN sent_zone smallint,
  ADD CONSTRAINT incoming_mail_sent_zone_is_one CHECK (sent_zone IS NULL OR (sent_at IS NOT NULL AND sent_zone BETWEEN -1439 AND 1439));
