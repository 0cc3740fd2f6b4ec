-- To who sent lines that act: what each of them did. Nobody presses anything for it.
ALTER TABLE outgoing_mail DROP CONSTRAINT outgoing_mail_kind_is_known;
ALTER TABLE outgoing_mail ADD CONSTRAINT outgoing_mail_kind_is_known
  CHECK (kind IN ('series', 'reflect', 'reply', 'digest', 'acted'));
ALTER TABLE outgoing_mail DROP CONSTRAINT outgoing_mail_is_queued_by_whom_its_kind_says;
ALTER TABLE outgoing_mail ADD CONSTRAINT outgoing_mail_is_queued_by_whom_its_kind_says
  CHECK ((queued_by IS NULL) = (kind IN ('reply', 'digest', 'acted')));
-- Which lines were not told yet.
CREATE INDEX mail_act_by_time ON mail_act (at);
