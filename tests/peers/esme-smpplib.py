"""A client made with the Python package `smpplib`: it binds to Sendword's SMPP server and sends what it is told to.

It shares no code with Sendword. See README.md for its options, events and commands.
"""
import argparse
import json
import os
import select
import socket
import ssl
import sys

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

args = argparse.ArgumentParser()
args.add_argument("--port", type=int, required=True)
args.add_argument("--log")
args.add_argument("--system-id", default="acme")
args.add_argument("--password", default="secret99")
args.add_argument("--tls", action="store_true")
options = args.parse_args()
out = open(options.log, "a", buffering=1) if options.log else sys.stdout


def tell(event, **fields):
    print(json.dumps({"event": event, **fields}), file=out, flush=True)


def text_of(octets, coding):
    return octets.decode("utf-16-be" if coding == 8 else "latin-1")


def handed(pdu):
    parts = {"from": pdu.source_addr.decode(), "to": pdu.destination_addr.decode(), "esm_class": pdu.esm_class}
    if pdu.esm_class & 0x04:
        rid = pdu.receipted_message_id
        rid = rid.decode() if isinstance(rid, bytes) else rid
        tell("receipt", id=rid, state=pdu.message_state, text=pdu.short_message.decode("latin-1"), **parts)
    else:
        tell("mo", text=text_of(pdu.short_message, pdu.data_coding), **parts)
    return 0


secret = None
if options.tls:
    secret = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    secret.check_hostname, secret.verify_mode = False, ssl.CERT_NONE
client = smpplib.client.Client("127.0.0.1", options.port, allow_unknown_opt_params=True, timeout=10, ssl_context=secret)
client.set_message_sent_handler(
    lambda pdu: tell("submitted", seq=pdu.sequence, id=pdu.message_id.decode(), status=pdu.status))
client.set_message_received_handler(handed)
client.set_error_pdu_handler(lambda pdu: tell("submitted", seq=pdu.sequence, id="", status=pdu.status))
client.connect()
try:
    client.bind_transceiver(system_id=options.system_id, password=options.password)
except smpplib.exceptions.PDUError as refused:
    print(json.dumps({"event": "refused", "port": options.port, "status": refused.args[1]}), flush=True)
    client.disconnect()
    sys.exit(0)
print(json.dumps({"event": "listening", "port": options.port}), flush=True)


def send(order):
    parts, coding, esm = smpplib.gsm.make_parts(order["text"])
    sender = order["from"]
    ton = smpplib.consts.SMPP_TON_INTL if sender.isdigit() else smpplib.consts.SMPP_TON_ALNUM
    for part in parts:
        client.send_message(
            source_addr_ton=ton, source_addr=sender,
            dest_addr_ton=smpplib.consts.SMPP_TON_INTL, dest_addr_npi=smpplib.consts.SMPP_NPI_ISDN,
            destination_addr=order["to"], short_message=part, data_coding=coding, esm_class=esm,
            registered_delivery=True)


pending = b""
while True:
    # What TLS has read ahead is not seen by select.
    ahead = options.tls and client._socket.pending()
    ready = [client._socket] if ahead else select.select([client._socket, 0], [], [], 1)[0]
    if 0 in ready:
        read = os.read(0, 65536)
        if not read:
            break
        pending += read
        while b"\n" in pending:
            line, pending = pending.split(b"\n", 1)
            send(json.loads(line)["send"])
    if client._socket in ready:
        try:
            client.read_once()
        except (socket.timeout, smpplib.exceptions.ConnectionError):
            tell("closed")
            sys.exit(0)
client.unbind()
client.disconnect()
tell("closed")
