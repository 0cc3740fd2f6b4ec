-- What somebody wrote lately: the same words to the same place are not written twice.
CREATE INDEX "comment_author_id_created_at_idx" ON "comment"("author_id", "created_at");
