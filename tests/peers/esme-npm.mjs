// A client made with the npm package `smpp`: it binds to Sendword's SMPP server and sends what it is told to.
//
// It shares no code with Sendword. See README.md for its options, events and commands.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const require = createRequire(`${process.env.SENDWORD_PEERS ?? '.'}/`);
const smpp = require('smpp');

const { values: options } = parseArgs({
  options: {
    port: { type: 'string' },
    log: { type: 'string' },
    'system-id': { type: 'string', default: 'acme' },
    password: { type: 'string', default: 'secret99' },
  },
});

function tell(event, fields) {
  const line = `${JSON.stringify({ event, ...fields })}\n`;
  if (options.log) appendFileSync(options.log, line);
  else process.stdout.write(line);
}

const first = (event, fields) => process.stdout.write(`${JSON.stringify({ event, port: Number(options.port), ...fields })}\n`);

const session = smpp.connect({ url: `smpp://127.0.0.1:${options.port}`, auto_enquire_link_period: 10000 }, () => {
  session.bind_transceiver({ system_id: options['system-id'], password: options.password }, (pdu) => {
    if (pdu.command_status !== 0) {
      first('refused', { status: pdu.command_status });
      session.close();
      return;
    }
    first('listening', {});
  });
});
session.on('error', (error) => tell('error', { what: String(error) }));
session.on('close', () => {
  tell('closed', {});
  process.exit(0);
});
session.on('deliver_sm', (pdu) => {
  const message = pdu.short_message;
  const text = typeof message === 'string' ? message : String(message?.message ?? '');
  const who = { from: pdu.source_addr, to: pdu.destination_addr, esm_class: pdu.esm_class };
  if (pdu.esm_class & 0x04) tell('receipt', { id: pdu.receipted_message_id, state: pdu.message_state, text, ...who });
  else tell('mo', { text, ...who });
  session.send(pdu.response());
});

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { send } = JSON.parse(line);
    session.submit_sm(
      {
        source_addr_ton: 5,
        source_addr: send.from,
        dest_addr_ton: 1,
        dest_addr_npi: 1,
        destination_addr: send.to,
        registered_delivery: 1,
        // A text that short_message cannot hold goes whole.
        ...(send.text.length > 60 ? { message_payload: send.text } : { short_message: send.text }),
      },
      (pdu) => tell('submitted', { seq: pdu.sequence_number, id: pdu.message_id ?? '', status: pdu.command_status }),
    );
  })
  .on('close', () => session.unbind(() => session.close()));
