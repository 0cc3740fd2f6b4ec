-- Mail that goes out: what leaves, to whom, and what became of it.

CREATE TABLE "outgoing_mail" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "proposal_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "queued_by" UUID,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outgoing_mail_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "outgoing_recipient" (
    "id" BIGSERIAL NOT NULL,
    "mail_id" UUID NOT NULL,
    "message_id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT NOT NULL DEFAULT '',
    "answer" TEXT NOT NULL DEFAULT '',
    "changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outgoing_recipient_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "mail_setting" (
    "proposal_id" UUID NOT NULL,
    "replies_since" TIMESTAMPTZ(6),
    "changed_by" UUID NOT NULL,
    "changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_setting_pkey" PRIMARY KEY ("proposal_id")
);

CREATE TABLE "mail_digest" (
    "person_id" UUID NOT NULL,
    "proposal_id" UUID NOT NULL,
    "told_until" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "quiet_until" TIMESTAMPTZ(6),

    CONSTRAINT "mail_digest_pkey" PRIMARY KEY ("person_id","proposal_id")
);

CREATE UNIQUE INDEX "outgoing_mail_batch_id_position_key" ON "outgoing_mail"("batch_id", "position");
CREATE UNIQUE INDEX "outgoing_mail_id_message_id_key" ON "outgoing_mail"("id", "message_id");
CREATE INDEX "outgoing_mail_proposal_id_created_at_idx" ON "outgoing_mail"("proposal_id", "created_at");
CREATE INDEX "outgoing_mail_message_id_idx" ON "outgoing_mail"("message_id");
CREATE UNIQUE INDEX "outgoing_recipient_message_id_address_key" ON "outgoing_recipient"("message_id", "address");
CREATE INDEX "outgoing_recipient_mail_id_idx" ON "outgoing_recipient"("mail_id");

ALTER TABLE "outgoing_mail" ADD CONSTRAINT "outgoing_mail_proposal_id_fkey" FOREIGN KEY ("proposal_id") REFERENCES "proposal"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "outgoing_mail" ADD CONSTRAINT "outgoing_mail_queued_by_fkey" FOREIGN KEY ("queued_by") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "outgoing_recipient" ADD CONSTRAINT "outgoing_recipient_mail_id_message_id_fkey" FOREIGN KEY ("mail_id", "message_id") REFERENCES "outgoing_mail"("id", "message_id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "mail_setting" ADD CONSTRAINT "mail_setting_proposal_id_fkey" FOREIGN KEY ("proposal_id") REFERENCES "proposal"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "mail_setting" ADD CONSTRAINT "mail_setting_changed_by_fkey" FOREIGN KEY ("changed_by") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "mail_digest" ADD CONSTRAINT "mail_digest_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "mail_digest" ADD CONSTRAINT "mail_digest_proposal_id_fkey" FOREIGN KEY ("proposal_id") REFERENCES "proposal"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ---- rules -------------------------------------------------------------------------------------------------------
-- Each refusal is tested in lib/review/outgoing/outbox.database.test.ts.

ALTER TABLE outgoing_mail
  ADD CHECK (kind IN ('series', 'reflect', 'reply', 'digest')),
  ADD CHECK (position >= 0),
  ADD CHECK (message_id ~ '^[^<>\s@]+@[^<>\s@]+$' AND octet_length(message_id) <= 250),
  ADD CHECK (octet_length(bytes) BETWEEN 1 AND 1000000),
  ADD CHECK ((queued_by IS NULL) = (kind IN ('reply', 'digest')));

ALTER TABLE outgoing_recipient
  ADD CHECK (address = lower(address) AND address ~ '^[^<>\s@]+@[^<>\s@]+$'),
  ADD CHECK (state IN ('queued', 'sending', 'unknown', 'sent', 'failed', 'dropped')),
  ADD CHECK (attempts >= 0);

CREATE INDEX outgoing_due ON outgoing_recipient (next_attempt) WHERE state IN ('queued', 'sending', 'unknown');

-- What left is what was written down, whoever looks at it later.
CREATE TRIGGER outgoing_mail_is_immutable BEFORE UPDATE OR DELETE ON outgoing_mail FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outgoing_mail_is_kept BEFORE TRUNCATE ON outgoing_mail FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER outgoing_recipient_is_kept BEFORE DELETE ON outgoing_recipient FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outgoing_recipients_are_kept BEFORE TRUNCATE ON outgoing_recipient FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE FUNCTION mail_queued_by_actor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(NEW.queued_by::text, '') <> app_actor() THEN
    RAISE EXCEPTION 'a mail is queued by the person who acts' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER outgoing_mail_actor BEFORE INSERT ON outgoing_mail FOR EACH ROW EXECUTE FUNCTION mail_queued_by_actor();

-- Sent once. `sending` is written before the server may have the mail, so a row that is found there has perhaps left:
-- it goes back to `queued` only through `unknown`, or by a refusal that the server spoke. `sent` is final.
CREATE FUNCTION outgoing_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.mail_id <> OLD.mail_id OR NEW.message_id <> OLD.message_id OR NEW.address <> OLD.address THEN
    RAISE EXCEPTION 'only the state of a recipient may change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state <> OLD.state THEN
    IF NOT (OLD.state, NEW.state) IN (
      ('queued', 'sending'), ('queued', 'failed'), ('queued', 'dropped'),
      ('sending', 'sent'), ('sending', 'failed'), ('sending', 'queued'), ('sending', 'unknown'),
      ('unknown', 'sent'), ('unknown', 'queued'), ('unknown', 'dropped'),
      ('failed', 'queued'), ('failed', 'dropped')
    ) THEN
      RAISE EXCEPTION 'a recipient does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    NEW.changed_at := clock_timestamp();
  ELSIF OLD.state = 'sent' THEN
    RAISE EXCEPTION 'a sent mail stays as it was sent' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER outgoing_recipient_state BEFORE UPDATE ON outgoing_recipient FOR EACH ROW EXECUTE FUNCTION outgoing_state();
CREATE TRIGGER outgoing_recipient_begins BEFORE INSERT ON outgoing_recipient FOR EACH ROW
  WHEN (NEW.state <> 'queued') EXECUTE FUNCTION refuse_change();

-- A digest is a mail to a person: only he asks for it.
CREATE FUNCTION own_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.person_id::text <> app_actor() THEN
    RAISE EXCEPTION 'a digest is asked for by its reader' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mail_digest_actor BEFORE INSERT ON mail_digest FOR EACH ROW EXECUTE FUNCTION own_digest();
