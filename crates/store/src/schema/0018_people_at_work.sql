-- Step 18: refusals from everywhere, and people handled by the thousand.

-- Machine: what carriers said of a number, until somebody acts on it: kind 1 refused there, 2 nobody has it.
CREATE TABLE carrier_word (
  message BIGINT NOT NULL, kind BIGINT NOT NULL, workspace BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (message, kind)) WITHOUT ROWID;
-- Machine: proofs of a person's own press that were used, until they would have ended anyway.
CREATE TABLE used_nonce (nonce TEXT PRIMARY KEY, until BIGINT NOT NULL);

-- Workspace: filters of the people's page that somebody gave a name.
CREATE TABLE people_filter (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, name TEXT NOT NULL, filter TEXT NOT NULL, created_at BIGINT NOT NULL,
  UNIQUE (workspace, name));
-- Workspace: one deed done to many people, how far it got, and whether it was taken back.
CREATE TABLE bulk (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, deed TEXT NOT NULL, filter TEXT NOT NULL, target BIGINT NOT NULL,
  words TEXT NOT NULL, actor TEXT NOT NULL, state TEXT NOT NULL, place BIGINT NOT NULL, of BIGINT NOT NULL,
  seen BIGINT NOT NULL, changed BIGINT NOT NULL, left_out BIGINT NOT NULL, created_at BIGINT NOT NULL, done_at BIGINT NOT NULL);
CREATE INDEX bulk_workspace ON bulk (workspace, id);
-- Workspace: whom a deed or an import changed, and what a person was before.
CREATE TABLE touched (
  source BIGINT NOT NULL, contact BIGINT NOT NULL, workspace BIGINT NOT NULL, before TEXT NOT NULL,
  PRIMARY KEY (source, contact)) WITHOUT ROWID;
CREATE INDEX touched_contact ON touched (contact);
-- Workspace: doubles that were made one: who stayed, who went, and all that is needed to take it back.
CREATE TABLE merged (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, kept BIGINT NOT NULL, gone BIGINT NOT NULL, gone_number TEXT NOT NULL,
  gone_tag BIGINT NOT NULL, before TEXT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL, undone_at BIGINT NOT NULL);
CREATE INDEX merged_kept ON merged (workspace, kept);
-- Workspace: what people of ours changed of a person.
CREATE TABLE contact_edit (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, contact BIGINT NOT NULL, actor TEXT NOT NULL, what TEXT NOT NULL,
  before TEXT NOT NULL, after TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX contact_edit_contact ON contact_edit (workspace, contact, id);
-- Workspace: how columns of a file were read the last time its header came.
CREATE TABLE import_mapping (
  workspace BIGINT NOT NULL, header BYTEA NOT NULL, targets TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (workspace, header)) WITHOUT ROWID;
-- Workspace: for how many days each kind of data is kept; a kind without a row is kept as long as the product says.
CREATE TABLE keep_days (
  workspace BIGINT NOT NULL, kind TEXT NOT NULL, days BIGINT NOT NULL, PRIMARY KEY (workspace, kind)) WITHOUT ROWID;
-- Workspace: how far the clock of a kind got, when it last ran, and how many rows it took in all.
CREATE TABLE keep_run (
  workspace BIGINT NOT NULL, kind TEXT NOT NULL, place BIGINT NOT NULL, at BIGINT NOT NULL, gone BIGINT NOT NULL,
  PRIMARY KEY (workspace, kind)) WITHOUT ROWID;
-- A page of the people of a workspace, of everybody or of one standing, begins at the newest without reading the others.
CREATE INDEX contact_standing ON contact (workspace, consent, id);
CREATE INDEX deed_subject ON deed (workspace, subject, id);
