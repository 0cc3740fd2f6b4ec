CREATE OR REPLACE FUNCTION mail_queued_by_actor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(NEW.queued_by::text, '') <> app_actor() THEN
    RAISE EXCEPTION 'a mail is queued by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'outgoing_mail_is_queued_by_actor', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER outgoing_mail_actor BEFORE INSERT ON outgoing_mail FOR EACH ROW EXECUTE FUNCTION mail_queued_by_actor();
CREATE OR REPLACE TRIGGER outgoing_mail_is_immutable BEFORE UPDATE OR DELETE ON outgoing_mail FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER outgoing_mail_is_kept BEFORE TRUNCATE ON outgoing_mail FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- Sent once. `sending` is written before the server may have the mail, so a row that is found there has perhaps left:
-- it goes back to `queued` only through `unknown`, or by a refusal that the server spoke. `sent` is final.
CREATE OR REPLACE FUNCTION outgoing_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.mail_id <> OLD.mail_id OR NEW.message_id <> OLD.message_id OR NEW.address <> OLD.address THEN
    RAISE EXCEPTION 'only the state of a recipient may change'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'outgoing_recipient_address_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.state <> OLD.state THEN
    IF NOT (OLD.state, NEW.state) IN (
      ('queued', 'sending'), ('queued', 'failed'), ('queued', 'dropped'),
      ('sending', 'sent'), ('sending', 'failed'), ('sending', 'queued'), ('sending', 'unknown'),
      ('unknown', 'sent'), ('unknown', 'queued'), ('unknown', 'dropped'),
      ('failed', 'queued'), ('failed', 'dropped')
    ) THEN
      RAISE EXCEPTION 'a recipient does not go from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'outgoing_recipient_state_is_next', TABLE = TG_TABLE_NAME;
    END IF;
    NEW.changed_at := clock_timestamp();
  ELSIF OLD.state = 'sent' THEN
    RAISE EXCEPTION 'a sent mail stays as it was sent'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sent_mail_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER outgoing_recipient_state BEFORE UPDATE ON outgoing_recipient FOR EACH ROW EXECUTE FUNCTION outgoing_state();
CREATE OR REPLACE TRIGGER outgoing_recipient_begins_queued BEFORE INSERT ON outgoing_recipient FOR EACH ROW
  WHEN (NEW.state <> 'queued') EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER outgoing_recipient_is_kept BEFORE DELETE ON outgoing_recipient FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER outgoing_recipients_are_kept BEFORE TRUNCATE ON outgoing_recipient FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- A digest is a mail to a person: only they ask for it.
CREATE OR REPLACE FUNCTION own_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.person_id::text <> app_actor() THEN
    RAISE EXCEPTION 'a digest is asked for by its reader'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'mail_digest_is_asked_for_by_reader', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER mail_digest_actor BEFORE INSERT ON mail_digest FOR EACH ROW EXECUTE FUNCTION own_digest();
