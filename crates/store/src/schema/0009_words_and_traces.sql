-- Step 9: words on shared codes; what stands on a wire, while somebody looks.

-- Workspace: a word on a shared code that is a workspace's own for a time; until_at 0 has no end.
CREATE TABLE keyword_lease (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, code TEXT NOT NULL, word TEXT NOT NULL, shape TEXT NOT NULL,
  from_at BIGINT NOT NULL, until_at BIGINT NOT NULL, created_at BIGINT NOT NULL);
CREATE INDEX keyword_lease_code ON keyword_lease (code, shape);
CREATE INDEX keyword_lease_workspace ON keyword_lease (workspace, id);

-- Machine: who looks at a wire, and until when; connector 0 is every one, an empty mask every number.
CREATE TABLE watch (
  id BIGINT PRIMARY KEY, connector BIGINT NOT NULL, mask TEXT NOT NULL, workspace BIGINT NOT NULL, actor TEXT NOT NULL,
  until_at BIGINT NOT NULL, at BIGINT NOT NULL);
-- Machine: what stood on a wire while somebody looked; a ring, without secrets.
CREATE TABLE trace (
  id BIGINT PRIMARY KEY, connector BIGINT NOT NULL, link BIGINT NOT NULL, at BIGINT NOT NULL, ours BIGINT NOT NULL,
  dialect TEXT NOT NULL, command TEXT NOT NULL, status TEXT NOT NULL, seq BIGINT NOT NULL, message BIGINT NOT NULL,
  fields TEXT NOT NULL, raw BYTEA NOT NULL);
CREATE INDEX trace_connector ON trace (connector, id);
CREATE INDEX trace_message ON trace (message, id) WHERE message <> 0;
