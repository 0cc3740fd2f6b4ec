-- Each refusal gets a name that says the rule: code asks for it, and whoever reads the log finds it. Postgres had numbered
-- the CHECKs (comment_check2); Prisma had named what is unique after its columns.

ALTER TABLE person RENAME CONSTRAINT person_name_check TO person_name_length;

ALTER TABLE person_address RENAME CONSTRAINT person_address_address_check TO person_address_is_lower_case;

ALTER TABLE proposal RENAME CONSTRAINT proposal_current_revision_check TO proposal_current_revision_is_not_negative;
ALTER TABLE proposal RENAME CONSTRAINT proposal_next_thread_check TO proposal_next_thread_is_positive;
ALTER TABLE proposal RENAME CONSTRAINT proposal_slug_check TO proposal_slug_shape;
ALTER TABLE proposal RENAME CONSTRAINT proposal_title_check TO proposal_title_length;

ALTER TABLE revision RENAME CONSTRAINT revision_check TO revision_changelog_is_written;
ALTER TABLE revision RENAME CONSTRAINT revision_content_sha256_check TO revision_content_sha256_length;
ALTER TABLE revision RENAME CONSTRAINT revision_number_check TO revision_number_is_positive;
ALTER TABLE revision RENAME CONSTRAINT revision_text_version_check TO revision_text_version_is_positive;

ALTER TABLE block RENAME CONSTRAINT block_check TO block_range;
ALTER TABLE block RENAME CONSTRAINT block_ord_check TO block_ord_is_not_negative;
ALTER TABLE block RENAME CONSTRAINT block_text_sha256_check TO block_text_sha256_length;
ALTER TABLE block RENAME CONSTRAINT block_writeup_check TO block_writeup_is_known;

ALTER TABLE check_run RENAME CONSTRAINT check_run_check TO check_run_has_trace_where_violated;
ALTER TABLE check_run RENAME CONSTRAINT check_run_model_sha256_check TO check_run_model_sha256_length;
ALTER TABLE check_run RENAME CONSTRAINT check_run_verdict_check TO check_run_verdict_is_known;

ALTER TABLE claim RENAME CONSTRAINT claim_expect_check TO claim_expect_is_known;

ALTER TABLE thread RENAME CONSTRAINT thread_check TO objection_says_what_clears_it;
ALTER TABLE thread RENAME CONSTRAINT thread_check1 TO thread_closed_has_its_time;
ALTER TABLE thread RENAME CONSTRAINT thread_check2 TO thread_closing_is_whole;
ALTER TABLE thread RENAME CONSTRAINT thread_number_check TO thread_number_is_positive;

ALTER TABLE anchor RENAME CONSTRAINT anchor_check TO anchor_range;
ALTER TABLE anchor RENAME CONSTRAINT anchor_check1 TO anchor_is_as_long_as_its_quote;
ALTER TABLE anchor RENAME CONSTRAINT anchor_check2 TO anchor_context_length;
ALTER TABLE anchor RENAME CONSTRAINT anchor_text_version_check TO anchor_text_version_is_positive;

ALTER TABLE comment RENAME CONSTRAINT comment_body_md_check TO comment_body_length;
ALTER TABLE comment RENAME CONSTRAINT comment_check TO comment_is_not_empty;
ALTER TABLE comment RENAME CONSTRAINT comment_check1 TO deleted_comment_has_no_words;
ALTER TABLE comment RENAME CONSTRAINT comment_check2 TO comment_deletion_is_whole;
ALTER TABLE comment RENAME CONSTRAINT comment_check3 TO comment_is_not_its_parent;
ALTER TABLE comment RENAME CONSTRAINT comment_origin_check TO comment_origin_is_known;

ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_author_address_check TO incoming_mail_author_address_is_lower_case;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_bytes_check TO incoming_mail_bytes_length;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_check TO incoming_mail_sha256_is_of_bytes;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_check1 TO uploaded_mail_has_bringer;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_check2 TO imported_mail_has_place;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_check3 TO incoming_mail_decision_is_whole;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_check4 TO dropped_mail_has_reason;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_message_id_check TO incoming_mail_message_id_shape;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_part_check TO incoming_mail_part_is_not_negative;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_proof_check TO incoming_mail_proof_is_known;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_source_check TO incoming_mail_source_is_known;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_status_check TO incoming_mail_status_is_known;
ALTER TABLE incoming_mail RENAME CONSTRAINT incoming_mail_text_sha256_check TO incoming_mail_text_sha256_length;

ALTER TABLE mail_comment RENAME CONSTRAINT mail_comment_check TO mail_comment_position_is_not_negative;

ALTER TABLE mail_trailer RENAME CONSTRAINT mail_trailer_ord_check TO mail_trailer_ord_is_not_negative;

ALTER TABLE unproved_sender RENAME CONSTRAINT unproved_sender_address_check TO unproved_sender_address_is_lower_case;

ALTER TABLE mail_token RENAME CONSTRAINT mail_token_label_check TO mail_token_label_length;
ALTER TABLE mail_token RENAME CONSTRAINT mail_token_sha256_check TO mail_token_sha256_length;

ALTER TABLE address_confirmation RENAME CONSTRAINT address_confirmation_address_check TO address_confirmation_address_is_lower_case;
ALTER TABLE address_confirmation RENAME CONSTRAINT address_confirmation_check TO address_confirmation_ends_after_beginning;
ALTER TABLE address_confirmation RENAME CONSTRAINT address_confirmation_sha256_check TO address_confirmation_sha256_length;

ALTER TABLE outgoing_mail RENAME CONSTRAINT outgoing_mail_bytes_check TO outgoing_mail_bytes_length;
ALTER TABLE outgoing_mail RENAME CONSTRAINT outgoing_mail_check TO outgoing_mail_is_queued_by_whom_its_kind_says;
ALTER TABLE outgoing_mail RENAME CONSTRAINT outgoing_mail_kind_check TO outgoing_mail_kind_is_known;
ALTER TABLE outgoing_mail RENAME CONSTRAINT outgoing_mail_message_id_check TO outgoing_mail_message_id_shape;
ALTER TABLE outgoing_mail RENAME CONSTRAINT outgoing_mail_position_check TO outgoing_mail_position_is_not_negative;

ALTER TABLE outgoing_recipient RENAME CONSTRAINT outgoing_recipient_address_check TO outgoing_recipient_address_is_lower_case;
ALTER TABLE outgoing_recipient RENAME CONSTRAINT outgoing_recipient_attempts_check TO outgoing_recipient_attempts_are_not_negative;
ALTER TABLE outgoing_recipient RENAME CONSTRAINT outgoing_recipient_state_check TO outgoing_recipient_state_is_known;

-- What code asks for among the unique indexes (lib/db.server.ts).
ALTER INDEX proposal_slug_key RENAME TO proposal_slug_is_taken;
ALTER INDEX proposal_change_id_key RENAME TO proposal_change_id_is_taken;
ALTER INDEX revision_proposal_id_number_key RENAME TO revision_number_is_taken;
ALTER INDEX revision_proposal_id_content_sha256_key RENAME TO revision_content_is_published;

-- A refusal of refuse_change() has the name of its trigger.
ALTER TRIGGER outgoing_recipient_begins ON outgoing_recipient RENAME TO outgoing_recipient_begins_queued;
