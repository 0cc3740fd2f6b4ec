-- A draft is its writer's: nobody writes one in another's name, changes another's words, or moves it elsewhere.
CREATE OR REPLACE FUNCTION review_draft_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (CASE WHEN TG_OP = 'DELETE' THEN OLD.person_id ELSE NEW.person_id END)::text <> app_actor() THEN
    RAISE EXCEPTION 'a review draft is written by whose it is'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'review_draft_is_its_writers', TABLE = TG_TABLE_NAME;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.proposal_id, NEW.person_id, NEW.revision_id, NEW.block_key, NEW.text_start, NEW.text_end, NEW.quote_exact, NEW.answers, NEW.client_key, NEW.about, NEW.step)
       IS DISTINCT FROM (OLD.id, OLD.proposal_id, OLD.person_id, OLD.revision_id, OLD.block_key, OLD.text_start, OLD.text_end, OLD.quote_exact, OLD.answers, OLD.client_key, OLD.about, OLD.step) THEN
      RAISE EXCEPTION 'what a review draft is about stays'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'review_draft_stays_where_it_is', TABLE = TG_TABLE_NAME;
    END IF;
    NEW.lock_version := OLD.lock_version + 1;
    RETURN NEW;
  END IF;
  IF (NEW.revision_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM revision r WHERE r.id = NEW.revision_id AND r.proposal_id = NEW.proposal_id))
     OR (NEW.answers IS NOT NULL AND NOT EXISTS (SELECT 1 FROM comment c JOIN thread t ON t.id = c.thread_id
                                                 WHERE c.id = NEW.answers AND t.proposal_id = NEW.proposal_id)) THEN
    RAISE EXCEPTION 'a review draft is about its proposal'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'review_draft_is_of_its_proposal', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER review_draft_rule BEFORE INSERT OR UPDATE OR DELETE ON review_draft FOR EACH ROW EXECUTE FUNCTION review_draft_rule();

-- A review is published in one's own name, says one's own comments, and stays.
CREATE OR REPLACE FUNCTION review_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION 'a published review stays as it is'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'review_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.person_id::text <> app_actor() THEN
    RAISE EXCEPTION 'a review is published by whose it is'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'review_names_actor', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.stance_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM stance s WHERE s.id = NEW.stance_id AND s.person_id = NEW.person_id AND s.proposal_id = NEW.proposal_id) THEN
    RAISE EXCEPTION 'the stance of a review is that of its person'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'review_has_its_persons_stance', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER review_rule BEFORE INSERT OR UPDATE OR DELETE ON review FOR EACH ROW EXECUTE FUNCTION review_rule();
CREATE OR REPLACE TRIGGER reviews_are_kept BEFORE TRUNCATE ON review FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE OR REPLACE TRIGGER review_mail_is_immutable BEFORE UPDATE OR DELETE ON review_mail FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER review_mails_are_kept BEFORE TRUNCATE ON review_mail FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE OR REPLACE FUNCTION review_comment_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
       SELECT 1 FROM review_mail m JOIN review r ON r.id = m.review_id JOIN comment c ON c.id = NEW.comment_id
         JOIN thread t ON t.id = c.thread_id
       WHERE m.id = NEW.mail_id AND c.author_id = r.person_id AND t.proposal_id = r.proposal_id AND t.opened_on = m.revision_id
         AND r.person_id::text = app_actor()) THEN
    RAISE EXCEPTION 'a review says comments of its person, in threads of its revision'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'review_comment_is_of_its_person', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER review_comment_rule BEFORE INSERT ON review_comment FOR EACH ROW EXECUTE FUNCTION review_comment_rule();
CREATE OR REPLACE TRIGGER review_comment_is_immutable BEFORE UPDATE OR DELETE ON review_comment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER review_comments_are_kept BEFORE TRUNCATE ON review_comment FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
