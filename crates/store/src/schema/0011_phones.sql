-- Step 11: phones that carry: how each proves itself, what it said of itself last, what it is given to send.

-- Machine: the phone of a connector. Code and token stand here as keyed prints alone.
CREATE TABLE phone (
  connector BIGINT PRIMARY KEY, code BYTEA NOT NULL, code_until BIGINT NOT NULL, install TEXT NOT NULL,
  token BYTEA NOT NULL, paired_at BIGINT NOT NULL, model TEXT NOT NULL, android TEXT NOT NULL, app TEXT NOT NULL,
  battery BIGINT NOT NULL, charging BIGINT NOT NULL, skew_ms BIGINT NOT NULL, sims TEXT NOT NULL,
  seen_at BIGINT NOT NULL, session BIGINT NOT NULL, poll BIGINT NOT NULL, room BIGINT NOT NULL,
  waits_until BIGINT NOT NULL);
-- Machine: what a phone is to send, from the intent until a minute after its answer; batch 0 is not handed out yet.
CREATE TABLE phone_task (
  connector BIGINT NOT NULL, message BIGINT NOT NULL, attempt BIGINT NOT NULL, session BIGINT NOT NULL,
  token BIGINT NOT NULL, sim BIGINT NOT NULL, parts BIGINT NOT NULL, recipient TEXT NOT NULL, body TEXT NOT NULL,
  until BIGINT NOT NULL, batch BIGINT NOT NULL, handed_at BIGINT NOT NULL, answer TEXT NOT NULL,
  answered_at BIGINT NOT NULL, PRIMARY KEY (connector, message, attempt));
