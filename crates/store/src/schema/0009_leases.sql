-- Step 9: words on shared codes.

-- Workspace: a word on a shared code that is a workspace's own for a time; until_at 0 has no end.
CREATE TABLE keyword_lease (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, code TEXT NOT NULL, word TEXT NOT NULL, shape TEXT NOT NULL,
  from_at BIGINT NOT NULL, until_at BIGINT NOT NULL, created_at BIGINT NOT NULL);
CREATE INDEX keyword_lease_code ON keyword_lease (code, shape);
CREATE INDEX keyword_lease_workspace ON keyword_lease (workspace, id);
