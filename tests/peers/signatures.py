"""Judges Vonage's signatures with Vonage's own library: a JSON line in, a JSON line out."""

import json
import sys

from vonage_http_client.auth import Auth

for line in sys.stdin:
    case = json.loads(line)
    auth = Auth(
        api_key="key",
        api_secret="secret",
        signature_secret=case["secret"],
        signature_method=case["method"],
    )
    made = auth.sign_params(dict(case["params"]))
    holds = auth.check_signature({**case["params"], "sig": case["sig"]})
    print(json.dumps({"made": made, "holds": holds}))
