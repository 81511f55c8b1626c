-- Step 7: providers that call us, and phones that ask us.

-- Machine: what came last to the address of a connector's webhooks: taken, and refused with why. One row a connector.
CREATE TABLE hook_seen (
  connector BIGINT PRIMARY KEY, taken_at BIGINT NOT NULL, taken TEXT NOT NULL, refused_at BIGINT NOT NULL,
  refused TEXT NOT NULL);
