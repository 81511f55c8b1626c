-- Step 6: modems: what each says of itself, what each card has sent, which PINs were entered, what could not be read.

-- Machine: what each modem said of itself last; empty where it does not know.
CREATE TABLE modem (
  connector BIGINT PRIMARY KEY, port TEXT NOT NULL, maker TEXT NOT NULL, model TEXT NOT NULL, revision TEXT NOT NULL,
  imei TEXT NOT NULL, iccid TEXT NOT NULL, imsi TEXT NOT NULL, number TEXT NOT NULL, centre TEXT NOT NULL,
  operator TEXT NOT NULL, registration TEXT NOT NULL, signal_dbm BIGINT, card TEXT NOT NULL, pin_left BIGINT,
  memory TEXT NOT NULL, used BIGINT NOT NULL, total BIGINT NOT NULL, sim TEXT NOT NULL, balance TEXT NOT NULL,
  balance_at BIGINT NOT NULL, at BIGINT NOT NULL);
-- Machine: parts sent by each card, minute by minute of the last day: a restart or another port forgets nothing.
CREATE TABLE sim_sent (
  sim TEXT NOT NULL, minute BIGINT NOT NULL, parts BIGINT NOT NULL, PRIMARY KEY (sim, minute)) WITHOUT ROWID;
-- Machine: the PIN that was entered last at each card and is not known to be right, by its keyed print.
CREATE TABLE sim_pin (sim TEXT PRIMARY KEY, print BIGINT NOT NULL, at BIGINT NOT NULL);
-- Machine: which message a modem's reference stood for, and when: references begin anew after 255.
CREATE TABLE modem_reference (
  sim TEXT NOT NULL, reference BIGINT NOT NULL, tail TEXT NOT NULL, at BIGINT NOT NULL, smsc_id TEXT NOT NULL,
  PRIMARY KEY (sim, reference, tail, at)) WITHOUT ROWID;
-- Machine: what a modem stored and nobody can read, set aside so that it stands in no other message's way.
CREATE TABLE modem_aside (
  id BIGINT PRIMARY KEY, connector BIGINT NOT NULL, at BIGINT NOT NULL, why TEXT NOT NULL, octets BYTEA NOT NULL);
