"""A client made with the Python package `aiosmpplib`: it binds to Sendword's SMPP server and sends what it is told to.

It shares no code with Sendword. See README.md for its options, events and commands.
"""
import argparse
import asyncio
import json
import sys

from aiosmpplib import ESME, PhoneNumber, SubmitSm
from aiosmpplib.hook import AbstractHook
from aiosmpplib.protocol import DeliverSm, SubmitSmResp

args = argparse.ArgumentParser()
args.add_argument("--port", type=int, required=True)
args.add_argument("--log")
args.add_argument("--system-id", default="acme")
args.add_argument("--password", default="secret99")
options = args.parse_args()
out = open(options.log, "a", buffering=1) if options.log else sys.stdout


def tell(event, **fields):
    print(json.dumps({"event": event, **fields}), file=out, flush=True)


class Hook(AbstractHook):
    async def sending(self, smpp_message, pdu, client_id):
        pass

    async def send_error(self, smpp_message, error, client_id):
        tell("error", what=repr(error))

    async def received(self, smpp_message, pdu, client_id):
        if isinstance(smpp_message, SubmitSmResp):
            tell("submitted", seq=smpp_message.sequence_num, id=smpp_message.message_id,
                 status=int(smpp_message.command_status))
        elif isinstance(smpp_message, DeliverSm):
            who = {"from": smpp_message.source.number, "to": smpp_message.destination.number}
            if smpp_message.is_receipt():
                told = smpp_message.parse_receipt()
                tell("receipt", id=told.get("id"), state=2 if told.get("stat") == "DELIVRD" else 0,
                     text=smpp_message.short_message, **who)
            else:
                tell("mo", text=smpp_message.short_message, **who)


async def main():
    esme = ESME(smsc_host="127.0.0.1", smsc_port=options.port, system_id=options.system_id,
                password=options.password, hook=Hook(), log_level="ERROR")
    running = asyncio.create_task(esme.start())
    print(json.dumps({"event": "listening", "port": options.port}), flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    number = 0
    while line := await lines.readline():
        order = json.loads(line)["send"]
        number += 1
        plain = order["text"].isascii()
        await esme.broker.enqueue(SubmitSm(
            short_message=order["text"], source=PhoneNumber(order["from"]), destination=PhoneNumber(order["to"]),
            log_id=str(number), encoding=None if plain else "ucs2"))
    try:
        await asyncio.wait_for(esme.stop(), 5)
    except TimeoutError:
        running.cancel()
    tell("closed")


asyncio.run(main())
