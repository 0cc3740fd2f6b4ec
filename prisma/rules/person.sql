CREATE OR REPLACE FUNCTION is_merge(before uuid, after uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  -- Never NULL: a condition that is NULL lets a change pass.
  SELECT before IS NOT DISTINCT FROM after
    OR coalesce(app_actor() = after::text AND EXISTS (SELECT 1 FROM person WHERE id = before AND merged_into = after), false)
$$;

-- A person without an account becomes part of the one who confirmed an address, by that one's own act, once.
CREATE OR REPLACE FUNCTION merge_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.merged_into IS DISTINCT FROM OLD.merged_into THEN
    IF OLD.merged_into IS NOT NULL OR NEW.merged_into = NEW.id THEN
      RAISE EXCEPTION 'a person is merged once'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'person_is_merged_once', TABLE = TG_TABLE_NAME;
    END IF;
    IF app_actor() <> NEW.merged_into::text THEN
      RAISE EXCEPTION 'only the person who acts takes over what was imported'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'person_is_merged_by_actor', TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (SELECT 1 FROM auth_user WHERE person_id = NEW.id) THEN
      RAISE EXCEPTION 'a person with an account is not taken over'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'person_with_account_is_not_merged', TABLE = TG_TABLE_NAME;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM person_address WHERE person_id = NEW.merged_into AND confirmed_at IS NOT NULL) THEN
      RAISE EXCEPTION 'the address is not confirmed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'person_is_merged_with_confirmed_address', TABLE = TG_TABLE_NAME;
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER person_merge BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION merge_person();

-- Once its owner confirmed it, an address does not change hands. It goes with an account that its owner deletes.
CREATE OR REPLACE FUNCTION keep_confirmed_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM person WHERE id = OLD.person_id AND deleted_at IS NOT NULL AND app_actor() IN (id::text, merged_into::text)) THEN
    RETURN OLD;
  END IF;
  IF OLD.confirmed_at IS NOT NULL AND (TG_OP = 'DELETE' OR NEW.person_id <> OLD.person_id OR NEW.confirmed_at IS NULL OR NEW.address <> OLD.address) THEN
    RAISE EXCEPTION 'a confirmed address does not change hands'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'confirmed_address_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE OR REPLACE TRIGGER person_address_is_kept BEFORE UPDATE OR DELETE ON person_address FOR EACH ROW EXECUTE FUNCTION keep_confirmed_address();

-- An invitation is accepted once, by the person who acts; what it gives does not change.
CREATE OR REPLACE FUNCTION keep_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NEW.proposal_id <> OLD.proposal_id OR NEW.role <> OLD.role OR NEW.sha256 <> OLD.sha256
     OR NEW.invited_by IS DISTINCT FROM OLD.invited_by OR OLD.accepted_at IS NOT NULL OR OLD.revoked_at IS NOT NULL THEN
    RAISE EXCEPTION 'an invitation stays as it was given'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'invitation_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.accepted_by IS NOT NULL AND NEW.accepted_by::text <> app_actor() THEN
    RAISE EXCEPTION 'an invitation is accepted by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invitation_is_accepted_by_actor', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invitation_is_kept BEFORE UPDATE OR DELETE ON invitation FOR EACH ROW EXECUTE FUNCTION keep_invitation();
