// An SMSC made with the npm package `smpp`: a foreign implementation of the protocol for Sendword to talk to.
//
// It takes binds and submit_sm, decodes each text by itself, answers with ids, sends receipts, and sends a message from
// a phone when told to. It shares no code with Sendword. See README.md for its options, events and commands.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const require = createRequire(`${process.env.SENDWORD_PEERS ?? '.'}/`);
const smpp = require('smpp');

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    log: { type: 'string' },
    'system-id': { type: 'string', default: 'shop' },
    password: { type: 'string', default: 'secret' },
    'receipt-delay-ms': { type: 'string', default: '50' },
    fail: { type: 'string', multiple: true, default: [] },
    reject: { type: 'string', multiple: true, default: [] },
  },
});
const receiptDelay = Number(options['receipt-delay-ms']);
const byEnding = (list) => list.map((entry) => entry.split('='));
const fails = byEnding(options.fail);
const rejects = byEnding(options.reject);
const chosen = (list, number) => list.find(([ending]) => number.endsWith(ending))?.[1];

function tell(event, fields) {
  const line = `${JSON.stringify({ event, ...fields })}\n`;
  if (options.log) appendFileSync(options.log, line);
  else process.stdout.write(line);
}

const receivers = new Set();
const waiting = [];
const joining = new Map();
let nextId = 1;

// What goes to the ESME waits here until somebody who may receive is bound, and comes back if his answer never came.
function deliver(item) {
  const session = [...receivers][0];
  if (!session) {
    waiting.push(item);
    return;
  }
  let answered = false;
  const lost = () => {
    if (!answered) deliver(item);
  };
  session.once('close', lost);
  session.deliver_sm(item.pdu, (resp) => {
    answered = true;
    session.off('close', lost);
    tell('answered', { kind: item.kind, id: item.id, status: resp.command_status });
  });
}

function concatenation(udh) {
  for (const element of udh ?? []) {
    if (element[0] === 0x00) return { ref: element[2], total: element[3], seq: element[4] };
    if (element[0] === 0x08) return { ref: element.readUInt16BE(2), total: element[4], seq: element[5] };
  }
  return null;
}

function join(pdu, id, text, part) {
  const ends = { from: pdu.source_addr, to: pdu.destination_addr };
  if (!part) return tell('message', { ...ends, ids: [id], text });
  const key = `${ends.from} ${ends.to} ${part.ref} ${part.total}`;
  const parts = joining.get(key) ?? new Map();
  parts.set(part.seq, { id, text });
  joining.set(key, parts);
  if (parts.size < part.total) return;
  joining.delete(key);
  const whole = [...parts].sort(([a], [b]) => a - b).map(([, value]) => value);
  tell('message', { ...ends, ids: whole.map((p) => p.id), text: whole.map((p) => p.text).join('') });
}

const stamp = (date) => date.toISOString().replace(/\D/g, '').slice(2, 12);

function receipt(pdu, id, text) {
  const [state, error] = (chosen(fails, pdu.destination_addr) ?? 'DELIVRD:000').split(':');
  const now = stamp(new Date());
  const delivered = state === 'DELIVRD' ? '001' : '000';
  const states = { DELIVRD: 2, EXPIRED: 3, DELETED: 4, UNDELIV: 5, ACCEPTD: 6, UNKNOWN: 7, REJECTD: 8 };
  const plain = text.replace(/[^ -~]/g, '.').slice(0, 20);
  deliver({
    kind: 'receipt',
    id,
    pdu: {
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      esm_class: 4,
      data_coding: 0,
      receipted_message_id: id,
      message_state: states[state],
      short_message: `id:${id} sub:001 dlvrd:${delivered} submit date:${now} done date:${now} `
        + `stat:${state} err:${error} text:${plain}`,
    },
  });
}

function submitted(session, pdu) {
  const number = pdu.destination_addr;
  const refusal = chosen(rejects, number);
  if (refusal) {
    tell('rejected', { to: number, status: Number(refusal) });
    return session.send(pdu.response({ command_status: Number(refusal) }));
  }
  const body = pdu.short_message?.message?.length ? pdu.short_message : pdu.message_payload ?? pdu.short_message;
  const text = body.message.toString();
  const udh = body.udh ?? pdu.short_message?.udh;
  const part = concatenation(udh)
    ?? (pdu.sar_total_segments > 1
      ? { ref: pdu.sar_msg_ref_num, total: pdu.sar_total_segments, seq: pdu.sar_segment_seqnum } : null);
  const id = String(nextId++).padStart(10, '0');
  session.send(pdu.response({ message_id: id }));
  tell('submit', {
    id, from: pdu.source_addr, to: number, text, part, coding: pdu.data_coding, esm_class: pdu.esm_class,
    registered_delivery: pdu.registered_delivery, validity: pdu.validity_period || null,
  });
  join(pdu, id, text, part);
  if (pdu.registered_delivery & 1) setTimeout(() => receipt(pdu, id, text), receiptDelay);
}

function bind(session, pdu, receives) {
  const known = pdu.system_id === options['system-id'];
  const right = known && pdu.password === options.password;
  const status = right ? 0 : known ? smpp.ESME_RINVPASWD : smpp.ESME_RINVSYSID;
  session.send(pdu.response({ command_status: status, system_id: 'peer' }));
  tell('bind', { command: pdu.command, system_id: pdu.system_id, status });
  if (!right) return session.close();
  session.on('submit_sm', (submit) => submitted(session, submit));
  if (!receives) return;
  receivers.add(session);
  waiting.splice(0).forEach(deliver);
}

const server = smpp.createServer((session) => {
  session.on('bind_transceiver', (pdu) => bind(session, pdu, true));
  session.on('bind_receiver', (pdu) => bind(session, pdu, true));
  session.on('bind_transmitter', (pdu) => bind(session, pdu, false));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on('error', (error) => tell('error', { message: error.message }));
  // Gone before the losses are handed on, so that they go to somebody else.
  session.socket.prependListener('close', () => {
    receivers.delete(session);
    tell('closed', {});
  });
});
server.listen(Number(options.port), '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ event: 'listening', port: server.address().port })}\n`);
});

// One command a line; the end of the input ends the peer, so it never outlives the test that started it.
const commands = createInterface({ input: process.stdin });
commands.on('line', (line) => {
  const { mo, drop } = JSON.parse(line);
  if (mo) {
    const id = `mo${nextId++}`;
    deliver({ kind: 'mo', id, pdu: { source_addr: mo.from, destination_addr: mo.to, short_message: mo.text } });
  }
  if (drop) server.sessions.slice().forEach((session) => session.destroy());
});
commands.on('close', () => process.exit(0));
