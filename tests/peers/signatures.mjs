// Judges signatures of webhooks with the providers' own libraries: a JSON line in, a JSON line out.
//
// {"provider","url","secret","signature",…} → {"holds": true|false}, for Twilio also "made": what it would sign itself.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { createSecretKey } from "node:crypto";
import path from "node:path";

const require = createRequire(path.join(process.env.SENDWORD_PEERS ?? ".", "package.json"));
const twilio = require("twilio");
const plivo = require("plivo");
const { Telnyx } = require("telnyx");
const messagebird = require("messagebird/lib/webhook-signature-jwt");

const judges = {
  twilio: (c) => ({
    holds: twilio.validateRequest(c.secret, c.signature, c.url, c.params),
    made: require("twilio/lib/webhooks/webhooks").getExpectedTwilioSignature(c.secret, c.url, c.params),
  }),
  plivo_v2: (c) => ({ holds: plivo.validateSignature(c.url, c.nonce, c.signature, c.secret) }),
  plivo_v3: (c) => ({ holds: plivo.validateV3Signature("POST", c.url, c.nonce, c.secret, c.signature, c.params) }),
  telnyx: async (c) => {
    const client = new Telnyx({ apiKey: "none", publicKey: c.secret });
    const headers = { "telnyx-signature-ed25519": c.signature, "telnyx-timestamp": c.timestamp };
    return { holds: await client.webhooks.unwrap(c.body, { headers }).then(() => true, () => false) };
  },
  messagebird: async (c) => {
    const key = createSecretKey(Buffer.from(c.secret, "utf8"));
    const proven = messagebird.verify(c.url, Buffer.from(c.body), c.signature, key);
    return { holds: await proven.then(() => true, () => false) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  process.stdout.write(JSON.stringify(await judges[asked.provider](asked)) + "\n");
}
