-- Step 17: collecting: what people may choose to hear about, forms and who filled them in, words that sign up, tills, what
-- people wish of us.

-- The name of a topic is what consent events carry and never changes; titles are JSON, what people read, by language.
-- Workspace: what a person may choose to hear about.
CREATE TABLE topic (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, name TEXT NOT NULL, titles TEXT NOT NULL, retired BIGINT NOT NULL,
  created_at BIGINT NOT NULL, UNIQUE (workspace, name));
-- Workspace: a sign-up form as it is being written; version is the last one published, 0 none. state 0 open, 1 closed.
CREATE TABLE form (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, draft TEXT NOT NULL,
  version BIGINT NOT NULL, state BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (slug));
CREATE INDEX form_workspace ON form (workspace, id);
-- Workspace: what was published, frozen. Append only.
CREATE TABLE form_version (
  form BIGINT NOT NULL, version BIGINT NOT NULL, workspace BIGINT NOT NULL, json TEXT NOT NULL, hash BYTEA NOT NULL,
  actor TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (form, version)) WITHOUT ROWID;
-- State of a sign-up: 0 waits for the number's own yes, 1 taken, 2 lapsed, 3 refused meanwhile, 4 nothing was sent. Number
-- and answers go once it is over. addr is a keyed hash of the network address and block one of the number without its last
-- four digits: for counting, never for reading.
-- Workspace: who asked to be on a list, by form, word or till.
CREATE TABLE signup (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, form BIGINT NOT NULL, version BIGINT NOT NULL, tag BIGINT NOT NULL,
  number TEXT NOT NULL, state BIGINT NOT NULL, language TEXT NOT NULL, ask TEXT NOT NULL, nonce TEXT NOT NULL,
  token TEXT NOT NULL, addr BIGINT NOT NULL, block BIGINT NOT NULL, message BIGINT NOT NULL, at BIGINT NOT NULL,
  until_at BIGINT NOT NULL, done_at BIGINT NOT NULL, UNIQUE (workspace, nonce));
CREATE INDEX signup_token ON signup (token);
CREATE INDEX signup_tag ON signup (tag, at);
CREATE INDEX signup_form ON signup (form, at);
CREATE INDEX signup_addr ON signup (addr, at);
CREATE INDEX signup_open ON signup (until_at) WHERE state = 0;
-- Workspace: words that sign up who texts them. Number is ours, empty for all; ask is what follows, JSON.
CREATE TABLE keyword (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, number TEXT NOT NULL, word TEXT NOT NULL, folded TEXT NOT NULL,
  form BIGINT NOT NULL, created_at BIGINT NOT NULL, UNIQUE (workspace, number, folded));
-- Workspace: what a person wishes of us; token opens the page. max is how many advertisements in days, 0 as the rules say.
CREATE TABLE preference (
  workspace BIGINT NOT NULL, tag BIGINT NOT NULL, language TEXT NOT NULL, max BIGINT NOT NULL, days BIGINT NOT NULL,
  at BIGINT NOT NULL, PRIMARY KEY (workspace, tag)) WITHOUT ROWID;
-- Workspace: tablets at tills. code pairs one, once, until code_until; secret is the digest of what it then shows.
CREATE TABLE kiosk (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, form BIGINT NOT NULL, name TEXT NOT NULL, code TEXT NOT NULL,
  code_until BIGINT NOT NULL, secret BYTEA NOT NULL, seen_at BIGINT NOT NULL, ended_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL);
CREATE INDEX kiosk_workspace ON kiosk (workspace, id);
CREATE INDEX kiosk_code ON kiosk (code);
CREATE INDEX kiosk_secret ON kiosk (secret);
-- Machine: codes that show whose phone it is, by the tag of the number; addr is a keyed hash, for counting.
CREATE TABLE who_code (
  tag BIGINT PRIMARY KEY, digest BYTEA NOT NULL, tries BIGINT NOT NULL, sent BIGINT NOT NULL, since BIGINT NOT NULL,
  at BIGINT NOT NULL, until_at BIGINT NOT NULL, addr BIGINT NOT NULL);
CREATE INDEX who_code_addr ON who_code (addr, at);
