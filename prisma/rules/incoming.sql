CREATE OR REPLACE FUNCTION keep_incoming_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.message_id <> OLD.message_id OR NEW.sha256 <> OLD.sha256 OR NEW.received_at <> OLD.received_at
     OR NEW.source <> OLD.source OR NEW.brought_by IS DISTINCT FROM OLD.brought_by OR NEW.token_id IS DISTINCT FROM OLD.token_id
     OR NEW.author_name <> OLD.author_name OR NEW.author_address IS DISTINCT FROM OLD.author_address
     OR NEW.subject <> OLD.subject OR NEW.sent_at IS DISTINCT FROM OLD.sent_at OR NEW.sent_zone IS DISTINCT FROM OLD.sent_zone OR NEW.answers <> OLD.answers THEN
    RAISE EXCEPTION 'what was mailed does not change'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'incoming_mail_words_are_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF OLD.status = 'imported' AND NEW.status = 'dropped' THEN
    -- A person drops it with all that it brought: none of its words stays, and its bytes are kept as they came.
    IF NEW.decided_by IS NULL OR NEW.decided_at IS NOT DISTINCT FROM OLD.decided_at OR NEW.decision = ''
       OR EXISTS (SELECT 1 FROM mail_comment mc JOIN comment c ON c.id = mc.comment_id
                  WHERE mc.mail_id = OLD.id AND c.redacted_at IS NULL) THEN
      RAISE EXCEPTION 'an imported mail is dropped by somebody, with a reason, and with all of its comments'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'imported_mail_is_dropped_whole', TABLE = TG_TABLE_NAME;
    END IF;
  ELSIF OLD.status = 'dropped' AND NEW.status <> 'dropped' THEN
    RAISE EXCEPTION 'what was dropped stays dropped'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'dropped_mail_stays_dropped', TABLE = TG_TABLE_NAME;
  ELSIF OLD.status = 'imported' THEN
    IF NEW.status <> 'imported' OR NEW.proof <> OLD.proof OR NEW.parent_message_id IS DISTINCT FROM OLD.parent_message_id
       OR NEW.revision_id IS DISTINCT FROM OLD.revision_id OR NEW.part IS DISTINCT FROM OLD.part
       OR NEW.proposal_id IS DISTINCT FROM OLD.proposal_id OR NOT is_merge(OLD.author_id, NEW.author_id) THEN
      RAISE EXCEPTION 'an imported mail stays where it is'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'imported_mail_place_is_kept', TABLE = TG_TABLE_NAME;
    END IF;
  ELSIF OLD.status = 'rejected' AND NEW.status <> 'rejected' THEN
    RAISE EXCEPTION 'a mail beyond the limits is not read'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rejected_mail_is_not_read', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.decided_by IS DISTINCT FROM OLD.decided_by AND NEW.decided_by IS NOT NULL AND NEW.decided_by::text <> app_actor() THEN
    RAISE EXCEPTION 'a mail is decided by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'incoming_mail_is_decided_by_actor', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER incoming_mail_rule BEFORE UPDATE ON incoming_mail FOR EACH ROW EXECUTE FUNCTION keep_incoming_mail();
CREATE OR REPLACE TRIGGER incoming_mail_is_kept BEFORE DELETE ON incoming_mail FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER incoming_mails_are_kept BEFORE TRUNCATE ON incoming_mail FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- Only a comment that came by mail hangs on a mail, and its mail is imported.
CREATE OR REPLACE FUNCTION link_mail_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM comment c JOIN incoming_mail m ON m.id = NEW.mail_id
                 WHERE c.id = NEW.comment_id AND c.origin = 'mail' AND m.status = 'imported' AND m.author_id = c.author_id) THEN
    RAISE EXCEPTION 'a mail has the comments of its author, once it is imported'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'mail_comment_is_of_imported_author', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER mail_comment_link BEFORE INSERT ON mail_comment FOR EACH ROW EXECUTE FUNCTION link_mail_comment();
CREATE OR REPLACE TRIGGER mail_comment_is_immutable BEFORE UPDATE OR DELETE ON mail_comment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER mail_act_is_immutable BEFORE UPDATE OR DELETE ON mail_act FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER mail_trailer_is_immutable BEFORE UPDATE OR DELETE ON mail_trailer FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A mark that could be set later would make what is kept under the token believed that was not when it came.
CREATE OR REPLACE FUNCTION keep_mail_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.is_mail_server <> OLD.is_mail_server OR NEW.sha256 <> OLD.sha256 THEN
    RAISE EXCEPTION 'what a token is for does not change' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'mail_token_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER mail_token_is_kept BEFORE UPDATE ON mail_token FOR EACH ROW EXECUTE FUNCTION keep_mail_token();
