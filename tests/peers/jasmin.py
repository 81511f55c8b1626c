"""Jasmin with its RabbitMQ and Redis, all of it started here and on the loopback only.

Run by the Python of `venv-jasmin` in the peers' folder. Options: `--carrier PORT` (the SMSC behind it, which it binds to as
`carrier`) and `--upstream PORT --system-id --password` (a second one, an SMPP server whose client it is). Its own doors:
user `shop` (password `shop123`) goes out by the first, user `client` (`client12`) by the second. The first line on standard
output is `{"event":"listening","port":SMPP,"http":PORT}`; the end of standard input ends all of it. It shares no code with
Sendword.
"""

import argparse
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE_S = 90
# Its daemons lock a file of the whole machine, which one that was killed leaves behind: here the locks stand in its folder.
LOCKS = """
import os
try:
    import lockfile
    own, folder = lockfile.FileLock, os.path.dirname(os.path.abspath(__file__))
    lockfile.FileLock = lambda path, *rest, **more: own(os.path.join(folder, os.path.basename(path)), *rest, **more)
except ImportError:
    pass
"""
BIN = os.path.dirname(os.path.abspath(sys.executable))
SECTIONS = """
[http-api]
bind = 127.0.0.1
port = @http@

[jcli]
bind = 127.0.0.1
port = @jcli@
authentication = False

[router]
bind = 127.0.0.1
port = @router@
store_path = @store@

[client-management]
bind = 127.0.0.1
port = @clients@
store_path = @store@

[smpp-server]
bind = 127.0.0.1
port = @smpps@

[smpp-server-pb]
bind = 127.0.0.1
port = @pb@

[smpp-server-pb-client]
host = 127.0.0.1
port = @pb@

[router-pb-client]
host = 127.0.0.1
port = @router@

[client-management-client]
host = 127.0.0.1
port = @clients@

[amqp-broker]
host = 127.0.0.1
port = @amqp@
spec = @spec@

[redis-client]
host = 127.0.0.1
port = @redis@

[dlr]
dlr_lookup_retry_delay = 1
dlr_lookup_max_retries = 60

[dlr-thrower]
http_timeout = 5
retry_delay = 1

[deliversm-thrower]
retry_delay = 1
"""


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log")
    parser.add_argument("--carrier", type=int, required=True)
    parser.add_argument("--upstream", type=int)
    parser.add_argument("--system-id", default="acme")
    parser.add_argument("--password", default="secret99")
    parser.add_argument("--http", type=int, help="the port of its HTTP interface")
    parser.add_argument("--hook", help="where it calls with what phones write to 4646")
    parser.add_argument("--mo", help="where it calls with what its second carrier delivers")
    return parser.parse_args()


class All:
    """The programs, and the ports they were given."""

    def __init__(self, http):
        self.folder = tempfile.mkdtemp(prefix="jasmin-")
        names = "http jcli router clients smpps pb amqp redis epmd dist".split()
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
        self.ports = {name: held.getsockname()[1] for name, held in zip(names, sockets)}
        for held in sockets:
            held.close()
        self.ports["http"] = http or self.ports["http"]
        self.running = []
    def run(self, name, command, **env):
        out = open(os.path.join(self.folder, name + ".out"), "wb")
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=self.folder,
            env={**os.environ, "HOME": self.folder, **env},
            start_new_session=True,
        )
        self.running.append(started)

    def listens(self, name):
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.ports[name]), 1).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise SystemExit(f"{name} does not listen\n{self.said()}")
                time.sleep(0.05)

    def said(self):
        out = []
        for path in glob.glob(os.path.join(self.folder, "*.out")) + glob.glob(os.path.join(self.folder, "log", "*")):
            with open(path, encoding="utf-8", errors="replace") as file:
                out.append(f"{os.path.basename(path)}: {file.read()[-1500:]}")
        return "\n".join(out)

    def below(self):
        ports = {name: str(port) for name, port in self.ports.items()}
        self.run("redis", ["redis-server", "--bind", "127.0.0.1", "--port", ports["redis"], "--save", ""])
        self.run("epmd", ["epmd", "-port", ports["epmd"], "-address", "127.0.0.1"])
        # The script of the package changes the user; the one below it does not.
        script = "/usr/lib/rabbitmq/bin/rabbitmq-server"
        self.run(
            "rabbitmq",
            [script if os.path.isfile(script) else "rabbitmq-server"],
            RABBITMQ_NODENAME=f"peer{ports['amqp']}@localhost",
            RABBITMQ_NODE_IP_ADDRESS="127.0.0.1",
            RABBITMQ_NODE_PORT=ports["amqp"],
            RABBITMQ_DIST_PORT=ports["dist"],
            ERL_EPMD_PORT=ports["epmd"],
            ERL_EPMD_ADDRESS="127.0.0.1",
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}",
            RABBITMQ_CONFIG_FILE=os.path.join(self.folder, "rabbitmq"),
            RABBITMQ_ENABLED_PLUGINS_FILE=os.path.join(self.folder, "plugins"),
            RABBITMQ_MNESIA_BASE=os.path.join(self.folder, "mnesia"),
            RABBITMQ_LOG_BASE=os.path.join(self.folder, "rabbit-log"),
            RABBITMQ_PID_FILE=os.path.join(self.folder, "rabbit.pid"),
        )
        self.listens("redis")
        self.listens("amqp")

    def daemons(self):
        for name in ("log", "store"):
            os.makedirs(os.path.join(self.folder, name))
        spec = glob.glob(os.path.join(BIN, "../lib/*/site-packages/txamqp/specs/standard/amqp0-9-1.stripped.xml"))[0]
        text = SECTIONS.replace("@spec@", spec).replace("@store@", os.path.join(self.folder, "store"))
        for name, port in self.ports.items():
            text = text.replace(f"@{name}@", str(port))
        cfg = os.path.join(self.folder, "jasmin.cfg")
        with open(cfg, "w", encoding="utf-8") as file:
            file.write(text)
        own = {name: os.path.join(self.folder, name) for name in ("log", "store")}
        env = {"LOG_PATH": own["log"], "STORE_PATH": own["store"], "CONFIG_PATH": self.folder, "ROOT_PATH": self.folder}
        with open(os.path.join(self.folder, "sitecustomize.py"), "w", encoding="utf-8") as file:
            file.write(LOCKS)
        env["PYTHONPATH"] = self.folder
        python = os.path.join(BIN, "python")
        self.run("jasmind", [python, os.path.join(BIN, "jasmind.py"), "-c", cfg, "-u", "jcliadmin", "-p", "jclipwd"], **env)
        for name in ("jcli", "http", "pb", "smpps"):
            self.listens(name)
        for name in ("dlrlookupd", "dlrd"):
            self.run(name, [python, os.path.join(BIN, name + ".py"), "-c", cfg], **env)

    def end(self):
        for started in reversed(self.running):
            try:
                os.killpg(started.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            started.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def console(port, lines):
    """Types lines into Jasmin's console, each when the one before was taken."""
    link = socket.create_connection(("127.0.0.1", port), 20)

    heard = ""

    def hear():
        # Its first prompt comes only after something was typed: a second of silence is an end too.
        said, end = b"", time.monotonic() + 20
        link.settimeout(1)
        while not said.endswith((b"> ", b"jcli : ")) and time.monotonic() < end:
            try:
                octets = link.recv(4096)
            except TimeoutError:
                if said:
                    break
                continue
            if not octets:
                break
            said += octets
        return said.decode("utf-8", "replace")

    heard += hear()
    for line in lines:
        link.sendall(line.encode() + b"\r\n")
        heard += hear()
    link.close()
    for bad in ("Error", "Unknown", "Failed", "must be"):
        if bad in heard:
            raise SystemExit(f"Jasmin's console: {heard}")


def smppc(name, port, system_id, password):
    return [
        "smppccm -a", f"cid {name}", "host 127.0.0.1", f"port {port}", f"username {system_id}", f"password {password}",
        "submit_throughput 0", "con_loss_delay 1", "con_fail_delay 1", "src_ton 5", "src_npi 0", "dst_ton 1", "dst_npi 1", "ok",
        f"smppccm -1 {name}",
    ]


def user(name, password):
    return [
        "group -a", f"gid {name}", "ok", "user -a", f"username {name}", f"password {password}", f"gid {name}", f"uid {name}", "ok",
        "filter -a", "type UserFilter", f"fid {name}", f"uid {name}", "ok",
    ]


def route(order, name, by):
    return ["mtrouter -a", "type StaticMTRoute", f"order {order}", f"connector smppc({by})", f"filters {name}", "rate 0.0", "ok"]


def moroute(order, connector, filters):
    return ["morouter -a", "type StaticMORoute", f"order {order}", f"connector {connector}", f"filters {filters}", "ok"]


def called(name, url):
    return ["httpccm -a", f"cid {name}", f"url {url}", "method GET", "ok"]


def main():
    given = options()
    everything = All(given.http)
    try:
        everything.below()
        everything.daemons()
        lines = user("shop", "shop123") + smppc("carrier", given.carrier, "peer", "peer")
        lines += route(10, "shop", "carrier")
        if given.upstream:
            lines += user("client", "client12") + smppc("ours", given.upstream, given.system_id, given.password)
            lines += route(20, "client", "ours")
        # What phones write to the first goes to who is bound as shop; to one number it goes by HTTP.
        lines += ["filter -a", "type ConnectorFilter", "fid fromcarrier", "cid carrier", "ok"]
        lines += moroute(10, "smpps(shop)", "fromcarrier")
        if given.hook:
            lines += ["filter -a", "type DestinationAddrFilter", "fid byhttp", "destination_addr ^4646$", "ok"]
            lines += called("hook", given.hook) + moroute(30, "http(hook)", "fromcarrier;byhttp")
        if given.upstream and given.mo:
            lines += ["filter -a", "type ConnectorFilter", "fid fromours", "cid ours", "ok"]
            lines += called("phones", given.mo) + moroute(20, "http(phones)", "fromours")
        console(everything.ports["jcli"], lines)
        told = {"event": "listening", "port": everything.ports["smpps"], "http": everything.ports["http"]}
        if given.log:
            with open(given.log, "w", encoding="utf-8") as log:
                log.write(json.dumps(told) + "\n")
        print(json.dumps(told), flush=True)
        sys.stdin.read()
    finally:
        if os.environ.get("JASMIN_SAID"):
            print(everything.said(), file=sys.stderr)
        everything.end()


main()
