-- Comments are text and no Markdown, so their column is not called so any more; and the key of a form stands in act_key,
-- whatever the form was for. Two rules name these columns: they go first, and prisma/rules puts them back.
DROP TRIGGER comment_versions ON comment;
DROP TRIGGER comment_version_is_kept ON comment_version;

ALTER TABLE comment RENAME COLUMN body_md TO body;
ALTER TABLE comment_version RENAME COLUMN body_md TO body;
ALTER TABLE comment DROP COLUMN client_key;
