#!/usr/bin/env python3
"""Runs unmodified foreign clients against a gateway: see README.md.

    run.py --gateway PATH [--only SUBSTRING]

Starts the gateway on a free port and a Unix socket, runs every row of table.json that a
client speaks, then the logins, the cross rows and the advanced rows, prints a line for each,
and stops the gateway, which must exit cleanly without having logged a warning. Exits 1 when
anything failed. Advanced rows have several names, one for each scenario: those that fit are played.
"""

import argparse
import asyncio
import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

import advanced
import advanced_meta  # noqa: F401: these three bring their scenarios
import advanced_pubsub  # noqa: F401
import advanced_rpc  # noqa: F401
import authentication
import scenarios
from endpoint import ABILITIES, Endpoint, Unexpected, name_of
from tls_files import Authority

HERE = pathlib.Path(__file__).resolve().parent
REALM = "realm1"
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's packages
ROW_SECONDS = 45
CROSS_ROW_SECONDS = 30
ADVANCED_ROW_SECONDS = 60
STOP_SECONDS = 20
PARALLEL_ROWS = 2
LINE_LIMIT = 1 << 26

TRANSPORTS = ("websocket", "websocket-tls", "websocket-unix", "rawsocket", "rawsocket-unix")
FORMATS = ("json", "msgpack", "cbor")


def node_command():
    """node, with its own WebSocket class switched on where it is there but off."""
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    major = int(version.stdout.lstrip("v").split(".")[0])
    flags = ["--experimental-websocket"] if major in (20, 21) else []
    return ["node", "--no-warnings", *flags]


NODE = node_command()


class Driver:
    """A client's process: sends it operations and matches the answers to them."""

    def __init__(self, process):
        self.process = process
        self.numbers = itertools.count(1)
        self.pending = {}
        self.errors = bytearray()
        self.readers = [asyncio.ensure_future(self.read_answers()),
                        asyncio.ensure_future(self.read_errors())]

    @classmethod
    async def start(cls, client):
        script, *arguments = client["driver"]
        command = [PYTHON] if script.endswith(".py") else NODE
        return cls(await asyncio.create_subprocess_exec(
            *command, str(HERE / script), *arguments, cwd=HERE, limit=LINE_LIMIT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE))

    async def read_answers(self):
        while line := await self.process.stdout.readline():
            answer = json.loads(line)
            self.pending.pop(answer.pop("id")).set_result(answer)
        for waiting in self.pending.values():
            if not waiting.done():
                waiting.set_exception(Unexpected("the driver ended"))

    async def read_errors(self):
        while chunk := await self.process.stderr.read(1 << 16):
            self.errors += chunk

    def has_ended(self):
        return self.readers[0].done()

    async def ask(self, op, **parameters):
        if self.has_ended():
            raise Unexpected("the driver has ended")
        number = next(self.numbers)
        self.pending[number] = answer = asyncio.get_running_loop().create_future()
        request = json.dumps({"id": number, "op": op, **parameters})
        self.process.stdin.write(request.encode() + b"\n")
        await self.process.stdin.drain()
        return await answer

    async def stop(self):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await asyncio.gather(*self.readers, return_exceptions=True)

    def said(self):
        return self.errors.decode(errors="replace")[-3000:]


class Drivers:
    """One process per client, which is expensive to start. One that has crashed is replaced for
    the rows to come."""

    def __init__(self, clients):
        self.clients = clients
        self.started = {}
        self.lock = asyncio.Lock()

    async def of(self, cell):
        async with self.lock:
            driver = self.started.get(cell["client"])
            if driver is None or driver.has_ended():
                if driver:
                    await driver.stop()
                driver = await Driver.start(self.clients[cell["client"]])
                self.started[cell["client"]] = driver
            return driver

    async def stop(self):
        for driver in self.started.values():
            await driver.stop()


class Gateway:
    """The gateway's process; its log is kept, and judged at the end."""

    def __init__(self, process, path, authority):
        self.process, self.path, self.authority = process, path, authority
        self.lines = []
        self.place = None

    @classmethod
    async def start(cls, program, folder, authority):
        path, config = f"{folder}/gateway.sock", f"{folder}/gateway.json"
        certificate, key = authority.issue()
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"listeners": [
                {"listen": "127.0.0.1:0"},
                {"listen": "127.0.0.1:0", "tls": {"certificate": certificate, "key": key}},
                {"listen": f"unix:{path}"}],
                "realms": [{"name": REALM}, authentication.REALM_CONFIG]}, file)
        process = await asyncio.create_subprocess_exec(
            program, "--config", config, "--log-format", "json", stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=LINE_LIMIT)
        gateway = cls(process, path, authority)
        try:
            await asyncio.wait_for(gateway.listening(), STOP_SECONDS)
        except Exception:
            process.kill()
            raise
        gateway.reader = asyncio.ensure_future(gateway.read_log())
        return gateway

    async def listening(self):
        """Its log tells the ports, and that it listens."""
        ports = []
        while line := await self.process.stdout.readline():
            self.lines.append(line.decode(errors="replace").rstrip())
            message = json.loads(line)["message"]
            if message.startswith("listening on 127.0.0.1:"):
                ports.append(int(message.rsplit(":", 1)[1]))
            elif message == f"listening on unix:{self.path}":
                self.place = {"ports": dict(zip(("plain", "tls"), ports)), "path": self.path,
                              "authority": self.authority.certificate, "realm": REALM}
                return
        raise Unexpected("the gateway ended: " + "\n".join(self.lines))

    async def read_log(self):
        while line := await self.process.stdout.readline():
            self.lines.append(line.decode(errors="replace").rstrip())

    async def stop(self):
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except asyncio.TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise Unexpected("the gateway did not stop on SIGTERM") from None
        await self.reader
        bad = [line for line in self.lines if not is_harmless(line)]
        if self.process.returncode != 0 or bad:
            raise Unexpected("\n".join(
                [f"the gateway exited with {self.process.returncode}", *bad[:200]]))


def is_harmless(line):
    try:
        return json.loads(line)["level"] in ("trace", "debug", "info")
    except (ValueError, KeyError, TypeError):
        return False  # a sanitizer's report, for example


class Report:
    def __init__(self):
        self.passed, self.failed = 0, 0

    async def run(self, name, action, seconds, drivers=()):
        began = time.monotonic()
        problem = None
        try:
            await asyncio.wait_for(action, seconds)
        except asyncio.TimeoutError:
            problem = f"not done after {seconds} s"
        except Unexpected as e:
            problem = str(e)
        except Exception as e:
            problem = f"{type(e).__name__}: {e}"
        took = time.monotonic() - began
        if problem is None:
            self.passed += 1
            print(f"ok    {name} ({took:.1f} s)", flush=True)
            return
        self.failed += 1
        said = "".join(f"\n{d.said()}" for d in drivers if d.said())
        print(f"FAIL  {name} ({took:.1f} s)\n      " +
              f"{problem}{said}".replace("\n", "\n      "), flush=True)


def dotted(name):
    return name.replace(" ", ".")


def check_table(table):
    """Every client in every format over every transport, exactly once, and a reason where
    it does not run."""
    wanted = set(itertools.product(table["clients"], TRANSPORTS, FORMATS))
    got = [(c["client"], c["transport"], c["format"]) for c in table["cells"]]
    if set(got) != wanted or len(got) != len(wanted):
        raise SystemExit("table.json does not have each cell once: "
                         f"{sorted(wanted.symmetric_difference(got))}")
    for cell in table["cells"]:
        if cell["runs"] is not True and not cell.get("reason"):
            raise SystemExit(f"table.json: no reason why {name_of(cell)} does not run")
    for entry in table["cannot"]:
        if not ({*entry["client"]} <= {*table["clients"]} and entry["ability"] in ABILITIES
                and entry["reason"]):
            raise SystemExit(f"table.json: nobody understands {entry}")


async def run_row(report, cell, drivers, table, place):
    driver = await drivers.of(cell)
    await report.run(name_of(cell), scenarios.row(driver, cell, table, place), ROW_SECONDS,
                     [driver])


async def run_cross(report, cells, names, drivers, table, place):
    """A session per cell, each of which is the sender of one row."""
    endpoints = [Endpoint(await drivers.of(cell), f"cross.{dotted(name_of(cell))}", cell, table)
                 for cell in cells]
    everyone = {endpoint.driver for endpoint in endpoints}
    await report.run("cross: all join", scenarios.cross_prepare(endpoints, place),
                     CROSS_ROW_SECONDS, everyone)
    for cell, endpoint in zip(cells, endpoints):
        if name_of(cell) in names:
            await report.run(f"cross: {name_of(cell)} to all",
                             scenarios.cross_row(endpoint, endpoints), CROSS_ROW_SECONDS, everyone)


async def run_advanced(report, name, cells, wanted, drivers, table, place):
    both = [await drivers.of(cell) for cell in cells]
    stage = advanced.Stage(dotted(name.partition(": ")[2]), both, cells, table, place)
    await report.run(f"{name}, {len(wanted)} scenarios", advanced.play_all(stage, wanted),
                     ADVANCED_ROW_SECONDS, {*both})


async def run_login(report, name, cell, drivers, table, place):
    driver = await drivers.of(cell)
    await report.run(name, authentication.row(driver, cell, table, place), ROW_SECONDS, [driver])


async def some_at_a_time(actions):
    turn = asyncio.Semaphore(PARALLEL_ROWS)

    async def in_turn(action):
        async with turn:
            await action

    await asyncio.gather(*(in_turn(action) for action in actions))


async def run_all(arguments):
    table = json.loads((HERE / "table.json").read_text())
    check_table(table)
    cells = [cell for cell in table["cells"] if cell["runs"]]
    rows = [cell for cell in cells if arguments.only in name_of(cell)]
    cross = {name_of(cell) for cell in cells
             if arguments.only in f"cross: {name_of(cell)} to all"}
    logins = {f"login: {name_of(cell)}": cell for cell in cells}
    logins = {name: cell for name, cell in logins.items() if arguments.only in name}
    further = advanced.rows(cells, table, arguments.only)
    if not rows and not cross and not logins and not further:
        raise SystemExit(f"no row has {arguments.only!r} in its name")
    report = Report()
    drivers = Drivers(table["clients"])
    authority = Authority()
    os.environ["NODE_EXTRA_CA_CERTS"] = authority.certificate  # for the drivers
    with tempfile.TemporaryDirectory(prefix="wamp-interop-") as folder:
        gateway = await Gateway.start(arguments.gateway, folder, authority)
        world = (drivers, table, gateway.place)
        try:
            await some_at_a_time(run_row(report, cell, *world) for cell in rows)
            await some_at_a_time(run_login(report, name, cell, *world)
                                 for name, cell in logins.items())
            if cross:
                await run_cross(report, cells, cross, *world)
            await some_at_a_time(run_advanced(report, name, *row, *world)
                                 for name, row in further.items())
        finally:
            await drivers.stop()
            await report.run("gateway stops cleanly", gateway.stop(), 2 * STOP_SECONDS)
            authority.clean()
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--gateway", required=True, help="path of wamp-gateway")
    parser.add_argument("--only", default="", metavar="SUBSTRING",
                        help="run only the rows with this in their name")
    arguments = parser.parse_args()
    if not (HERE / "node_modules").is_dir():
        sys.exit(f"the npm packages are missing: run `npm ci` in {HERE}")
    os.environ.pop("AUTOBAHN_USE_UMSGPACK", None)
    os.environ.pop("AUTOBAHN_USE_UJSON", None)
    return asyncio.run(run_all(arguments))


if __name__ == "__main__":
    sys.exit(main())
