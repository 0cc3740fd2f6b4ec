-- Mail that comes in: the bytes, what was read from them, what became of them. The rules of prisma/schema.prisma's
-- models first, then what its language has no words for.

ALTER TABLE "person" ADD COLUMN "merged_into" UUID;

-- CreateTable
CREATE TABLE "incoming_mail" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "message_id" TEXT NOT NULL,
    "is_conflict" BOOLEAN NOT NULL DEFAULT false,
    "bytes" BYTEA NOT NULL,
    "sha256" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "source" TEXT NOT NULL,
    "brought_by" UUID,
    "token_id" UUID,
    "status" TEXT NOT NULL,
    "flags" TEXT[],
    "proof" TEXT NOT NULL,
    "proof_detail" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "author_address" TEXT,
    "author_id" UUID,
    "subject" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(6),
    "text_sha256" BYTEA,
    "answers" TEXT[],
    "parent_message_id" TEXT,
    "proposal_id" UUID,
    "revision_id" UUID,
    "part" INTEGER,
    "wait_until" TIMESTAMPTZ(6),
    "decided_by" UUID,
    "decided_at" TIMESTAMPTZ(6),
    "decision" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "incoming_mail_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mail_comment" (
    "mail_id" UUID NOT NULL,
    "ord" INTEGER NOT NULL,
    "piece" INTEGER NOT NULL DEFAULT 0,
    "comment_id" UUID NOT NULL,
    "flags" TEXT[],

    CONSTRAINT "mail_comment_pkey" PRIMARY KEY ("mail_id","ord","piece")
);

-- CreateTable
CREATE TABLE "mail_trailer" (
    "mail_id" UUID NOT NULL,
    "ord" INTEGER NOT NULL,
    "tag" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "is_own" BOOLEAN NOT NULL,

    CONSTRAINT "mail_trailer_pkey" PRIMARY KEY ("mail_id","ord")
);

-- CreateTable
CREATE TABLE "unproved_sender" (
    "address" TEXT NOT NULL,
    "person_id" UUID NOT NULL,

    CONSTRAINT "unproved_sender_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "mail_token" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "sha256" BYTEA NOT NULL,
    "label" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(6),
    "revoked_at" TIMESTAMPTZ(6),

    CONSTRAINT "mail_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "address_confirmation" (
    "sha256" BYTEA NOT NULL,
    "address" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "used_at" TIMESTAMPTZ(6),

    CONSTRAINT "address_confirmation_pkey" PRIMARY KEY ("sha256")
);

-- CreateIndex
CREATE UNIQUE INDEX "incoming_mail_sha256_key" ON "incoming_mail"("sha256");

-- CreateIndex
CREATE INDEX "incoming_mail_message_id_idx" ON "incoming_mail"("message_id");

-- CreateIndex
CREATE INDEX "incoming_mail_answers_idx" ON "incoming_mail" USING GIN ("answers");

-- CreateIndex
CREATE INDEX "incoming_mail_proposal_id_received_at_idx" ON "incoming_mail"("proposal_id", "received_at");

-- CreateIndex
CREATE INDEX "incoming_mail_author_id_idx" ON "incoming_mail"("author_id");

-- CreateIndex
CREATE UNIQUE INDEX "mail_comment_comment_id_key" ON "mail_comment"("comment_id");

-- CreateIndex
CREATE INDEX "mail_trailer_address_idx" ON "mail_trailer"("address");

-- CreateIndex
CREATE UNIQUE INDEX "unproved_sender_person_id_key" ON "unproved_sender"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "mail_token_sha256_key" ON "mail_token"("sha256");

-- CreateIndex
CREATE INDEX "address_confirmation_person_id_idx" ON "address_confirmation"("person_id");

-- AddForeignKey
ALTER TABLE "person" ADD CONSTRAINT "person_merged_into_fkey" FOREIGN KEY ("merged_into") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incoming_mail" ADD CONSTRAINT "incoming_mail_brought_by_fkey" FOREIGN KEY ("brought_by") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incoming_mail" ADD CONSTRAINT "incoming_mail_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incoming_mail" ADD CONSTRAINT "incoming_mail_decided_by_fkey" FOREIGN KEY ("decided_by") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incoming_mail" ADD CONSTRAINT "incoming_mail_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "mail_token"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incoming_mail" ADD CONSTRAINT "incoming_mail_proposal_id_fkey" FOREIGN KEY ("proposal_id") REFERENCES "proposal"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incoming_mail" ADD CONSTRAINT "incoming_mail_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mail_comment" ADD CONSTRAINT "mail_comment_mail_id_fkey" FOREIGN KEY ("mail_id") REFERENCES "incoming_mail"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mail_comment" ADD CONSTRAINT "mail_comment_comment_id_fkey" FOREIGN KEY ("comment_id") REFERENCES "comment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mail_trailer" ADD CONSTRAINT "mail_trailer_mail_id_fkey" FOREIGN KEY ("mail_id") REFERENCES "incoming_mail"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unproved_sender" ADD CONSTRAINT "unproved_sender_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address_confirmation" ADD CONSTRAINT "address_confirmation_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ---- shapes --------------------------------------------------------------------------------------------------

ALTER TABLE incoming_mail
  ADD CHECK (length(message_id) BETWEEN 1 AND 998 AND message_id !~ '[<>[:space:]]'),
  ADD CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
  ADD CHECK (sha256 = sha256(bytes)),
  ADD CHECK (text_sha256 IS NULL OR octet_length(text_sha256) = 32),
  ADD CHECK (source IN ('command', 'upload', 'lmtp', 'api')),
  ADD CHECK (source <> 'upload' OR brought_by IS NOT NULL),
  ADD CHECK (status IN ('imported', 'waiting', 'quarantined', 'ignored', 'rejected', 'dropped')),
  ADD CHECK (status <> 'imported' OR (author_id IS NOT NULL AND proposal_id IS NOT NULL AND revision_id IS NOT NULL AND part IS NOT NULL)),
  ADD CHECK (proof IN ('sender', 'list', 'none')),
  ADD CHECK (author_address IS NULL OR author_address = lower(author_address)),
  ADD CHECK (part IS NULL OR part >= 0),
  ADD CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
  -- Whoever drops a mail says why; only a program ignores one.
  ADD CHECK (status <> 'dropped' OR (decided_by IS NOT NULL AND length(btrim(decision)) >= 3));

ALTER TABLE mail_comment ADD CHECK (ord >= 0 AND piece >= 0);
ALTER TABLE mail_trailer ADD CHECK (ord >= 0);
ALTER TABLE unproved_sender ADD CHECK (address = lower(address) AND address LIKE '_%@_%');
ALTER TABLE mail_token ADD CHECK (octet_length(sha256) = 32), ADD CHECK (length(btrim(label)) BETWEEN 1 AND 100);
ALTER TABLE address_confirmation
  ADD CHECK (octet_length(sha256) = 32),
  ADD CHECK (address = lower(address) AND address LIKE '_%@_%'),
  ADD CHECK (expires_at > created_at);

-- A Message-ID is imported once. Held mails may share one: whoever sends first under a name does not own it.
CREATE UNIQUE INDEX incoming_mail_imported_once ON incoming_mail (message_id) WHERE status = 'imported' AND NOT is_conflict;
CREATE INDEX incoming_mail_queue ON incoming_mail (received_at) WHERE status IN ('waiting', 'quarantined');

-- ---- what never changes --------------------------------------------------------------------------------------

CREATE TRIGGER incoming_mail_is_kept BEFORE DELETE ON incoming_mail FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER incoming_mails_are_kept BEFORE TRUNCATE ON incoming_mail FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER mail_comment_is_immutable BEFORE UPDATE OR DELETE ON mail_comment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mail_trailer_is_immutable BEFORE UPDATE OR DELETE ON mail_trailer FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---- persons that turn out to be one -------------------------------------------------------------------------

-- A person without an account becomes part of the one who confirmed an address, by that one's own act, once.
CREATE FUNCTION merge_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.merged_into IS DISTINCT FROM OLD.merged_into THEN
    IF OLD.merged_into IS NOT NULL OR NEW.merged_into = NEW.id THEN
      RAISE EXCEPTION 'a person is merged once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF app_actor() <> NEW.merged_into::text THEN
      RAISE EXCEPTION 'only the person who acts takes over what was imported' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM auth_user WHERE person_id = NEW.id) THEN
      RAISE EXCEPTION 'a person with an account is not taken over' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM person_address WHERE person_id = NEW.merged_into AND confirmed_at IS NOT NULL) THEN
      RAISE EXCEPTION 'the address is not confirmed' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER person_merge BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION merge_person();

CREATE FUNCTION is_merge(before uuid, after uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT before = after OR (app_actor() = after::text AND EXISTS (SELECT 1 FROM person WHERE id = before AND merged_into = after))
$$;

-- Once its owner confirmed it, an address does not change hands.
CREATE FUNCTION keep_confirmed_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.confirmed_at IS NOT NULL AND (TG_OP = 'DELETE' OR NEW.person_id <> OLD.person_id OR NEW.confirmed_at IS NULL OR NEW.address <> OLD.address) THEN
    RAISE EXCEPTION 'a confirmed address does not change hands' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER person_address_is_kept BEFORE UPDATE OR DELETE ON person_address FOR EACH ROW EXECUTE FUNCTION keep_confirmed_address();

-- ---- what becomes of a mail ----------------------------------------------------------------------------------

CREATE FUNCTION keep_incoming_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.message_id <> OLD.message_id OR NEW.sha256 <> OLD.sha256 OR NEW.received_at <> OLD.received_at
     OR NEW.source <> OLD.source OR NEW.brought_by IS DISTINCT FROM OLD.brought_by OR NEW.token_id IS DISTINCT FROM OLD.token_id
     OR NEW.author_name <> OLD.author_name OR NEW.author_address IS DISTINCT FROM OLD.author_address
     OR NEW.subject <> OLD.subject OR NEW.sent_at IS DISTINCT FROM OLD.sent_at OR NEW.answers <> OLD.answers THEN
    RAISE EXCEPTION 'what was mailed does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.status = 'imported' THEN
    IF NEW.status <> 'imported' OR NEW.proof <> OLD.proof OR NEW.parent_message_id IS DISTINCT FROM OLD.parent_message_id
       OR NEW.revision_id IS DISTINCT FROM OLD.revision_id OR NEW.part IS DISTINCT FROM OLD.part
       OR NEW.proposal_id IS DISTINCT FROM OLD.proposal_id OR NOT is_merge(OLD.author_id, NEW.author_id) THEN
      RAISE EXCEPTION 'an imported mail stays where it is' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSIF OLD.status = 'rejected' AND NEW.status <> 'rejected' THEN
    RAISE EXCEPTION 'a mail beyond the limits is not read' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.decided_by IS DISTINCT FROM OLD.decided_by AND NEW.decided_by IS NOT NULL AND NEW.decided_by::text <> app_actor() THEN
    RAISE EXCEPTION 'a mail is decided by the person who acts' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER incoming_mail_rule BEFORE UPDATE ON incoming_mail FOR EACH ROW EXECUTE FUNCTION keep_incoming_mail();

-- Only a comment that came by mail hangs on a mail, and its mail is imported.
CREATE FUNCTION link_mail_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM comment c JOIN incoming_mail m ON m.id = NEW.mail_id
                 WHERE c.id = NEW.comment_id AND c.origin = 'mail' AND m.status = 'imported' AND m.author_id = c.author_id) THEN
    RAISE EXCEPTION 'a mail has the comments of its author, once it is imported' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mail_comment_link BEFORE INSERT ON mail_comment FOR EACH ROW EXECUTE FUNCTION link_mail_comment();

-- ---- comments and threads: two exceptions to the rules of 20261123000001 -------------------------------------

-- As before, but that a mail may answer what was deleted: it was written before, or by somebody who has the old mail.
CREATE OR REPLACE FUNCTION number_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parent_redacted timestamptz;
BEGIN
  IF NEW.author_id::text <> app_actor() THEN
    RAISE EXCEPTION 'a comment is written by the person who acts' USING ERRCODE = 'check_violation';
  END IF;
  UPDATE thread SET comment_count = comment_count + 1, last_activity = now()
    WHERE id = NEW.thread_id RETURNING comment_count INTO NEW.seq;
  IF NEW.parent_id IS NOT NULL AND NEW.origin <> 'mail' THEN
    -- Under the thread's row lock, which a redaction takes as well: no reply slips in beside one.
    SELECT redacted_at INTO parent_redacted FROM comment WHERE id = NEW.parent_id;
    IF parent_redacted IS NOT NULL THEN
      RAISE EXCEPTION 'the comment was deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'reply_to_deleted';
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- As before, but that a merge of persons changes the author.
CREATE OR REPLACE FUNCTION keep_comment_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.author_id <> OLD.author_id AND is_merge(OLD.author_id, NEW.author_id)
     AND NEW.body_md = OLD.body_md AND NEW.redacted_at IS NOT DISTINCT FROM OLD.redacted_at
     AND (NEW.redacted_by IS NOT DISTINCT FROM OLD.redacted_by OR is_merge(OLD.redacted_by, NEW.redacted_by)) THEN
    OLD.author_id := NEW.author_id;
    OLD.redacted_by := NEW.redacted_by;
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  IF NEW.id <> OLD.id OR NEW.thread_id <> OLD.thread_id OR NEW.seq <> OLD.seq OR NEW.author_id <> OLD.author_id
     OR NEW.parent_id IS DISTINCT FROM OLD.parent_id OR NEW.message_id <> OLD.message_id OR NEW.client_key <> OLD.client_key
     OR NEW.origin <> OLD.origin OR NEW.created_at <> OLD.created_at THEN
    RAISE EXCEPTION 'only the text of a comment may change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.redacted_at IS NOT NULL THEN
    RAISE EXCEPTION 'the comment was deleted' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.redacted_at IS NOT NULL THEN
    IF NEW.redacted_by::text <> app_actor() THEN
      RAISE EXCEPTION 'a comment is deleted by the person who acts' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM 1 FROM thread WHERE id = OLD.thread_id FOR UPDATE;
    PERFORM set_config('app.redacting', OLD.id::text, true);
    UPDATE comment_version SET body_md = '' WHERE comment_id = OLD.id;
    PERFORM set_config('app.redacting', '', true);
    RETURN NEW;
  END IF;
  IF NEW.body_md <> OLD.body_md THEN
    IF OLD.author_id::text <> app_actor() THEN
      RAISE EXCEPTION 'only its author edits a comment' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO comment_version (comment_id, version, body_md, edited_by, edited_at)
      VALUES (OLD.id, OLD.lock_version + 1, OLD.body_md, OLD.author_id, now());
    NEW.lock_version := OLD.lock_version + 1;
    NEW.edited_at := now();
  END IF;
  RETURN NEW;
END $$;

-- As before, but that a merge of persons changes the opener, who then closes what was opened by mail.
CREATE OR REPLACE FUNCTION thread_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed CONSTANT thread_state[] := ARRAY['resolved', 'dropped', 'superseded']::thread_state[];
BEGIN
  IF NEW.id <> OLD.id OR NEW.proposal_id <> OLD.proposal_id OR NEW.number <> OLD.number
     OR NOT is_merge(OLD.opened_by, NEW.opened_by) OR NEW.opened_on <> OLD.opened_on OR NEW.opened_at <> OLD.opened_at THEN
    RAISE EXCEPTION 'the origin of a thread does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.resolved_by IS DISTINCT FROM OLD.resolved_by AND NEW.resolved_by IS NOT NULL AND NEW.resolved_by::text <> app_actor() THEN
    RAISE EXCEPTION 'a thread is closed by the person who acts' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.kind = 'objection' THEN
    IF NEW.kind <> 'objection' AND app_actor() <> OLD.opened_by::text THEN
      RAISE EXCEPTION 'only its opener makes an objection less' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = ANY (closed) AND NOT OLD.state = ANY (closed)
       AND (app_actor() <> OLD.opened_by::text OR NEW.resolved_by IS DISTINCT FROM OLD.opened_by) THEN
      RAISE EXCEPTION 'only its opener closes an objection' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'overridden' AND OLD.state <> 'overridden'
       AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = OLD.proposal_id AND m.person_id::text = app_actor() AND m.role = 'admin')
       AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id::text = app_actor() AND p.administrator) THEN
      RAISE EXCEPTION 'an override needs an admin' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
