"""An SMSC made with the Python package `smpp34`: a second foreign implementation for Sendword to talk to.

Same options, events and commands as smsc-npm.mjs (see README.md), with other habits: hexadecimal message ids, receipts
in text form only, message text decoded by the small table below. It shares no code with Sendword.
"""

import argparse
import asyncio
import json
import socket
import sys
import time

import smpp34

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_ESCAPED = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}
TEXT_TLV = smpp34.TLV_MESSAGE_PAYLOAD


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log")
    parser.add_argument("--receipt-delay-ms", type=int, default=50)
    parser.add_argument("--fail", action="append", default=[])
    parser.add_argument("--reject", action="append", default=[])
    return parser.parse_args()


def gsm_text(octets):
    text, escaped = [], False
    for octet in octets:
        if escaped:
            text.append(GSM_ESCAPED.get(octet, " "))
            escaped = False
        elif octet == 0x1B:
            escaped = True
        else:
            text.append(GSM[octet & 0x7F])
    return "".join(text)


def octets_of(text):
    """The octets and data_coding of what a phone wrote: GSM where it goes, else UCS-2."""
    if all(c in GSM and c != "\x1b" for c in text):
        return bytes(GSM.index(c) for c in text), 0
    return text.encode("utf-16-be"), 8


def parted(esm_class, octets):
    """Takes the user data header off: the place in a long message (or None) and the octets of the text."""
    if not esm_class & 0x40 or not octets:
        return None, octets
    header, rest = octets[1 : octets[0] + 1], octets[octets[0] + 1 :]
    place = None
    while len(header) >= 2:
        kind, length = header[0], header[1]
        value, header = header[2 : 2 + length], header[2 + length :]
        if kind == 0x00 and length == 3:
            place = {"ref": value[0], "total": value[1], "seq": value[2]}
        elif kind == 0x08 and length == 4:
            place = {"ref": value[0] << 8 | value[1], "total": value[2], "seq": value[3]}
    return place, rest


class Peer:
    def __init__(self, options):
        self.options = options
        self.sessions = {}
        self.waiting = []
        self.joining = {}
        self.count = 0
        self.tasks = set()

    def tell(self, event, **fields):
        line = json.dumps({"event": event, **fields}, ensure_ascii=False) + "\n"
        if self.options.log:
            with open(self.options.log, "a", encoding="utf-8") as log:
                log.write(line)
        else:
            sys.stdout.write(line)
            sys.stdout.flush()

    def later(self, coroutine):
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def chosen(self, entries, number):
        pairs = (entry.split("=") for entry in entries)
        return next((outcome for ending, outcome in pairs if number.endswith(ending)), None)

    async def deliver(self, kind, id, **pdu):
        """Sends to whoever may receive; what was not answered goes again to the next who binds."""
        session = next((s for s in self.sessions.values() if s.can_receive), None)
        if session is None:
            self.waiting.append((kind, id, pdu))
            return
        try:
            answer = await session.deliver_sm(**pdu)
        except (smpp34.SmppError, ConnectionError, RuntimeError):
            self.sessions.pop(session.session_id, None)
            self.waiting.append((kind, id, pdu))
            return
        self.tell("answered", kind=kind, id=id, status=answer.command_status)

    async def receipt(self, submit, id):
        await asyncio.sleep(self.options.receipt_delay_ms / 1000)
        outcome = self.chosen(self.options.fail, submit.destination_addr) or "DELIVRD:000"
        state, error = outcome.split(":")
        now = time.strftime("%y%m%d%H%M", time.gmtime())
        delivered = "001" if state == "DELIVRD" else "000"
        text = f"id:{id} sub:001 dlvrd:{delivered} submit date:{now} done date:{now} stat:{state} err:{error} text:"
        ends = {"source_addr": submit.destination_addr, "destination_addr": submit.source_addr}
        await self.deliver("receipt", id, short_message=text.encode(), esm_class=4, **ends)

    def join(self, ends, id, text, place):
        if place is None:
            return self.tell("message", ids=[id], text=text, **ends)
        key = (ends["from"], ends["to"], place["ref"], place["total"])
        parts = self.joining.setdefault(key, {})
        parts[place["seq"]] = (id, text)
        if len(parts) == place["total"]:
            whole = [part for _, part in sorted(self.joining.pop(key).items())]
            self.tell("message", ids=[p[0] for p in whole], text="".join(p[1] for p in whole), **ends)

    def submitted(self, submit):
        refusal = self.chosen(self.options.reject, submit.destination_addr)
        if refusal:
            submit.reject(int(refusal))
            return self.tell("rejected", to=submit.destination_addr, status=int(refusal))
        payload = next((tlv.value for tlv in submit.tlvs if tlv.tag == TEXT_TLV), b"")
        place, octets = parted(submit.esm_class, submit.short_message or payload)
        text = octets.decode("utf-16-be") if submit.data_coding == 8 else gsm_text(octets)
        self.count += 1
        id = f"{0xA0000000 + self.count:X}"
        submit.accept(id)
        ends = {"from": submit.source_addr, "to": submit.destination_addr}
        self.tell(
            "submit", id=id, text=text, part=place, coding=submit.data_coding, esm_class=submit.esm_class,
            registered_delivery=submit.registered_delivery, **ends,
        )
        self.join(ends, id, text, place)
        if submit.registered_delivery & 1:
            self.later(self.receipt(submit, id))

    async def commands(self):
        """One command a line; the end of the input ends the peer, so it never outlives the test that started it."""
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            mo = json.loads(line).get("mo")
            if mo:
                self.count += 1
                octets, coding = octets_of(mo["text"])
                ends = {"source_addr": mo["from"], "destination_addr": mo["to"]}
                self.later(self.deliver("mo", f"mo{self.count}", short_message=octets, data_coding=coding, **ends))

    async def serve(self, server):
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                self.sessions[event.session_id] = event
                self.tell("bind", system_id=event.system_id, status=0)
                held, self.waiting = self.waiting, []
                for kind, id, pdu in held:
                    self.later(self.deliver(kind, id, **pdu))
            elif isinstance(event, smpp34.SubmitSmEvent):
                self.submitted(event)
            elif isinstance(event, smpp34.Unbound):
                self.sessions.pop(event.session_id, None)
                self.tell("closed")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def main():
    options = parse_options()
    port = options.port or free_port()
    peer = Peer(options)
    server = smpp34.Server("127.0.0.1", port, system_id="peer")
    await server.start()
    print(json.dumps({"event": "listening", "port": port}), flush=True)
    serving = asyncio.create_task(peer.serve(server))
    await peer.commands()
    serving.cancel()
    await server.stop()


asyncio.run(main())
