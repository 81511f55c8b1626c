-- Step 12: the law: packs as they were loaded, who reviewed them, what workspaces wish, what a number was written to, who
-- may show which name.

-- Machine: the text of every pack that was ever in force, by its digest; `origin` is builtin or the name of a file.
CREATE TABLE pack (
  sha256 TEXT PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, origin TEXT NOT NULL, text TEXT NOT NULL, at BIGINT NOT NULL);
-- Machine: files that were not loaded, and why.
CREATE TABLE pack_fault (name TEXT PRIMARY KEY, id TEXT NOT NULL, problem TEXT NOT NULL, at BIGINT NOT NULL);
-- Machine: who reviewed which text of a pack.
CREATE TABLE pack_review (
  id BIGINT PRIMARY KEY, sha256 TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, note TEXT NOT NULL, actor TEXT NOT NULL,
  at BIGINT NOT NULL);
-- Machine: which packs were in force from when on, for all workspaces.
CREATE TABLE law_in_force (id BIGINT PRIMARY KEY, packs TEXT NOT NULL, at BIGINT NOT NULL);

-- Workspace: what a workspace wishes of the rules; append only but for its end.
CREATE TABLE law_wish (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, rule TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL,
  actor TEXT NOT NULL, at BIGINT NOT NULL, until_at BIGINT NOT NULL, ended_at BIGINT NOT NULL, ended_by TEXT NOT NULL);
CREATE INDEX law_wish_workspace ON law_wish (workspace, id);
-- Workspace: advertising that counts against a number: one row for each of the few it may get at a time.
CREATE TABLE reach (
  tag BIGINT NOT NULL, workspace BIGINT NOT NULL, slot BIGINT NOT NULL, message BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (tag, workspace, slot)) WITHOUT ROWID;
-- Workspace: messages that wait for a person, because their words and their class do not go together.
CREATE TABLE law_hold (
  message BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, code BIGINT NOT NULL, rule TEXT NOT NULL, word TEXT NOT NULL,
  at BIGINT NOT NULL);
CREATE INDEX law_hold_workspace ON law_hold (workspace, message);

ALTER TABLE decision ADD COLUMN law TEXT NOT NULL DEFAULT '';
ALTER TABLE decision ADD COLUMN inputs TEXT NOT NULL DEFAULT '';

-- A sender that was there before this step was somebody's decision already.
ALTER TABLE sender ADD COLUMN status TEXT NOT NULL DEFAULT 'approved';
ALTER TABLE sender ADD COLUMN shape TEXT NOT NULL DEFAULT '';
ALTER TABLE sender ADD COLUMN reference TEXT NOT NULL DEFAULT '';
ALTER TABLE sender ADD COLUMN until_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sender ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';
CREATE INDEX sender_shape ON sender (shape);
-- Workspace: what was decided about a sender, by whom and why; append only.
CREATE TABLE sender_decision (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, sender BIGINT NOT NULL, status TEXT NOT NULL, actor TEXT NOT NULL,
  reason TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX sender_decision_sender ON sender_decision (sender, id);
-- Workspace: papers that show whose a name is.
CREATE TABLE sender_evidence (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, sender BIGINT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
  body BYTEA NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX sender_evidence_sender ON sender_evidence (sender, id);
