"""A second opinion on texts and TPDUs: `gsmcodecs` for septets by any pair of tables, `smspdudecoder` for PDUs.

One JSON object a line on standard input, one answer a line on standard output; it ends with its input. Questions:
`{"encode": TEXT, "locking": N, "single": N}` -> `{"hex": DIGITS or null}` · `{"decode": DIGITS, "locking": N, "single": N}` ->
`{"text": TEXT or null}` · `{"submit": DIGITS}` and `{"deliver": DIGITS}` (with the service centre before the TPDU) -> what it
reads of them. It shares no code with Sendword.
"""

import json
import sys
from io import StringIO

from gsmcodecs import Codec
from smspdudecoder.fields import SMSDeliver, SMSSubmit


def codec(question):
    made = Codec(question["locking"], 0)
    # The package looks for the single shift table under the language of the locking one, so it is asked for by itself.
    single = Codec(question["single"], question["single"])
    made._shiftEncode, made._shiftDecode = single._shiftEncode, single._shiftDecode
    return made


def encoded(question):
    try:
        return {"hex": codec(question).encode(question["encode"])[0].hex().upper()}
    except UnicodeEncodeError:
        return {"hex": None}


def decoded(question):
    try:
        return {"text": codec(question).decode(bytes.fromhex(question["decode"]))[0]}
    except UnicodeDecodeError:
        return {"text": None}


def place(user):
    for element in (user["header"] or {}).get("elements", []):
        if element["iei"] in (0x00, 0x08):
            data = element["data"]
            return [data["reference"], data["parts_count"], data["part_number"]]
    return None


def number(address):
    plus = "+" if address["toa"]["ton"] == "international" else ""
    return plus + address["number"]


def submit(question):
    read = SMSSubmit.decode(StringIO(question["submit"]))
    return {
        "to": number(read["recipient"]),
        "text": read["user_data"]["data"],
        "place": place(read["user_data"]),
        "reference": read["message-ref"],
        "report": read["header"]["srr"],
        "reject": read["header"]["rd"],
        "encoding": read["dcs"]["encoding"],
        "hours": read.get("validity-hours"),
    }


def deliver(question):
    read = SMSDeliver.decode(StringIO(question["deliver"]))
    return {
        "from": number(read["sender"]),
        "text": read["user_data"]["data"],
        "place": place(read["user_data"]),
        "at": int(read["scts"].timestamp()),
        "encoding": read["dcs"]["encoding"],
    }


KINDS = {"encode": encoded, "decode": decoded, "submit": submit, "deliver": deliver}

for line in sys.stdin:
    question = json.loads(line)
    kind = next(kind for kind in KINDS if kind in question)
    print(json.dumps(KINDS[kind](question), ensure_ascii=False), flush=False)
