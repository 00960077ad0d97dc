#!/usr/bin/env python3
"""Measures the gateway beside the floor: what a call, an event and a session cost each of them.

Each run has a router process of its own, on a core of its own, and a load process on another; the
runs of the routers are interleaved, and the table shows medians. See README.md.
Exit code 1: something was lost, refused, wrong, or a process failed.
"""

import argparse
import json
import os
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
START_PATIENCE = 20  # seconds until a router must accept connections
STOP_PATIENCE = 10  # seconds from SIGTERM to the end of a router
FAULTS = ("lost", "refused", "duplicated", "reordered", "wrong")


@dataclass
class Workload:
    name: str
    load: str  # arguments of wamp-bench-load
    floor_load: str = ""  # where the floor cannot do the same
    kind: str = "traffic"  # or idle, join
    note: str = ""


# The windows of publications are those with which the floor costs what an event costs in the field's
# comparison : large enough for coalescing to matter, small enough to count system calls.
WORKLOADS = [
    Workload("call, 1 outstanding", "--workload call --outstanding 1"),
    Workload("call, 1 caller x 32, 16 B", "--workload call"),
    Workload("call, 10 callers x 32, 16 B", "--workload call --callers 10"),
    Workload("call, 100 callers x 32, 16 B", "--workload call --callers 100"),
    Workload("call, 1 caller x 32, 1 KB", "--workload call --payload 1024"),
    Workload("call, 1 caller x 32, MessagePack", "--workload call --format msgpack"),
    Workload("call, 1 caller x 32, RawSocket MessagePack",
             "--workload call --format msgpack --transport raw"),
    Workload("event, 10 subscribers, 64 B",
             "--workload event --payload 64 --outstanding 8 --subscribers 10"),
    Workload("event, 100 subscribers, 64 B",
             "--workload event --payload 64 --outstanding 8 --subscribers 100"),
    Workload("event, 1000 subscribers, 64 B",
             "--workload event --payload 64 --outstanding 8 --subscribers 1000"),
    Workload("event, 100 topics x 1 subscriber, 64 B",
             "--workload event --payload 64 --outstanding 4 --topics 100"),
    Workload("event, 10 subscribers, MessagePack",
             "--workload event --payload 64 --outstanding 8 --subscribers 10 --format msgpack"),
    Workload("event, 10 subscribers, JSON to MessagePack *",
             "--workload event --payload 64 --outstanding 8 --subscribers 10"
             " --subscriber-format msgpack",
             floor_load="--workload event --payload 64 --outstanding 8 --subscribers 10",
             note="* The floor cannot transcode: its figure is of the same run with JSON throughout."),
    Workload("idle sessions", "--workload idle --connections 10000", kind="idle"),
    Workload("joins", "--workload join --connections 32", kind="join"),
]


@dataclass
class Router:
    name: str
    command: str  # with {port}
    is_floor: bool = False


@dataclass
class Failure(Exception):
    text: str


@dataclass
class Outcome:
    """All runs of one workload on one router."""

    runs: list = field(default_factory=list)
    failures: list = field(default_factory=list)

    def median(self, key):
        return statistics.median(run[key] for run in self.runs) if self.runs else None

    def total(self, *keys):
        return sum(run[key] for run in self.runs for key in keys)

    def clean(self):
        return bool(self.runs) and not self.failures and self.total(*FAULTS) == 0


# Processes


def cores():
    """(router's, load's) sets of cores; the same one where there is only one."""
    available = sorted(os.sched_getaffinity(0))
    return {available[0]}, {available[1 % len(available)]}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def accepts(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


class RunningRouter:
    """A fresh process of a router; ready for connections inside the `with`, gone behind it."""

    def __init__(self, router, core):
        self.router, self.core = router, core

    def __enter__(self):
        self.port = free_port()
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            shlex.split(self.router.command.format(port=self.port)),
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            preexec_fn=lambda: os.sched_setaffinity(0, self.core))
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_until_ready(self):
        deadline = time.monotonic() + START_PATIENCE
        while not accepts(self.port):
            self.check_alive()
            if time.monotonic() > deadline:
                raise Failure(f"{self.router.name} does not accept connections")
            time.sleep(0.01)  # between two looks at the port; nothing announces it

    def check_alive(self):
        if self.process.poll() is not None:
            raise Failure(f"{self.router.name} ended with code {self.process.returncode}: "
                          + self.last_words())

    def last_words(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace").strip()[-500:]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            print(f"{self.router.name} did not stop on SIGTERM", file=sys.stderr)
            self.process.kill()
            self.process.wait()
        self.log.close()


def run_load(program, arguments, running, core):
    command = [program, "--port", str(running.port), "--pid", str(running.process.pid), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180,
                              preexec_fn=lambda: os.sched_setaffinity(0, core))
    except subprocess.TimeoutExpired:
        raise Failure("the load generator did not end") from None
    running.check_alive()
    if done.returncode != 0:
        raise Failure(f"{done.stderr.strip()[-500:]}\n{running.last_words()}".strip())
    if done.stderr:
        print(f"  {running.router.name}: {done.stderr.strip()}", file=sys.stderr)
    return json.loads(done.stdout)


def measure(workload, routers, options):
    """Interleaves the routers' runs of one workload; returns an Outcome by router name."""
    router_core, load_core = cores()
    outcomes = {router.name: Outcome() for router in routers}
    for number in range(options.rounds):
        for router in routers:
            load = (router.is_floor and workload.floor_load) or workload.load
            progress(f"{workload.name}: {router.name}, round {number + 1} of {options.rounds}")
            try:
                with RunningRouter(router, router_core) as running:
                    outcomes[router.name].runs.append(run_load(
                        options.load, [*shlex.split(load), "--seconds", str(options.seconds)],
                        running, load_core))
            except Failure as failure:
                outcomes[router.name].failures.append(failure.text)
    progress("")
    return outcomes


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


# Output


def number(value, digits=1, suffix=""):
    return "-" if value is None else f"{value:,.{digits}f}{suffix}"


def ratio(value, floor):
    return value / floor if value is not None and floor else None


def print_table(header, rows):
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        first, *others = row
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:])]
        print("  ".join(cells))
    print()


def traffic_row(label, outcome, floor):
    cpu, floor_cpu = outcome.median("cpu_us_per_op"), floor.median("cpu_us_per_op")
    return [label, number(cpu, 2), number(floor_cpu, 2), number(ratio(cpu, floor_cpu), 1),
            number(outcome.median("rate"), 0), number(outcome.median("p50_us"), 0),
            number(outcome.median("p99_us"), 0), number(outcome.total("lost"), 0),
            number(outcome.total("refused"), 0),
            number(outcome.total("duplicated", "reordered", "wrong"), 0)]


def session_rows(workload, label, outcome, floor):
    if workload.kind == "join":
        rate, floor_rate = outcome.median("rate"), floor.median("rate")
        share = ratio(rate, floor_rate)
        return [[f"{label}joins per second", number(rate, 0), number(floor_rate, 0),
                 number(share and 100 * share, 0, " %")],
                [f"{label}CPU us per join", number(outcome.median("cpu_us_per_op")),
                 number(floor.median("cpu_us_per_op")),
                 number(ratio(outcome.median("cpu_us_per_op"), floor.median("cpu_us_per_op")))]]
    sessions = number(outcome.median("sessions"), 0)
    memory, floor_memory = outcome.median("kib_per_session"), floor.median("kib_per_session")
    busy, floor_busy = outcome.median("router_cpu_share"), floor.median("router_cpu_share")
    return [[f"{label}KiB per idle session, {sessions} of them", number(memory, 2),
             number(floor_memory, 2), number(ratio(memory, floor_memory))],
            [f"{label}CPU % while they idle", number(busy and 100 * busy, 2),
             number(floor_busy and 100 * floor_busy, 2), "-"]]


def print_results(results, routers):
    floor, *others = routers
    traffic, sessions, notes = [], [], []
    for workload, outcomes in results:
        for router in others or [floor]:
            label = f"{router.name}: " if len(others) > 1 else ""
            outcome, base = outcomes[router.name], outcomes[floor.name]
            if workload.kind == "traffic":
                traffic.append(traffic_row(label + workload.name, outcome, base))
            else:
                sessions += session_rows(workload, label, outcome, base)
        if workload.note:
            notes.append(workload.note)
    name = others[0].name if len(others) == 1 else "router"
    if traffic:
        print_table(["", f"{name} us/op", "floor us/op", "ratio", "rate/s", "p50 us", "p99 us", "lost",
                     "refused", "wrong"], traffic)
    if sessions:
        print_table(["", name, "floor", "to floor"], sessions)
    for note in notes:
        print(note)


def faults_of(results):
    """One line for everything that makes the run a failure."""
    for workload, outcomes in results:
        for name, outcome in outcomes.items():
            for text in outcome.failures:
                yield f"{workload.name}: {name}: {text}"
            for fault in FAULTS:
                if outcome.total(fault):
                    yield f"{workload.name}: {name}: {outcome.total(fault)} {fault}"


def write_json(path, results):
    document = [{"workload": workload.name, "load": workload.load, "router": name,
                 "runs": outcome.runs, "failures": outcome.failures}
                for workload, outcomes in results for name, outcome in outcomes.items()]
    Path(path).write_text(json.dumps(document, indent=1) + "\n")


# Command line


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=Path, default=REPOSITORY / "build/release",
                        help="where the three programs were built")
    parser.add_argument("--gateway", help="program, or a command with {port}; 'none' for no gateway")
    parser.add_argument("--floor", help="program of the floor")
    parser.add_argument("--load", help="program of the load generator")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND",
                        help="another router to measure; COMMAND holds {port}")
    parser.add_argument("--rounds", type=int, default=3, help="runs per workload and router")
    parser.add_argument("--seconds", type=float, default=3, help="measured time of a run")
    parser.add_argument("--quick", action="store_true", help="one round of one second")
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="of the workload's name")
    parser.add_argument("--json", metavar="FILE", help="writes every run's figures")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 1
    programs = options.build / "test/bench"
    options.load = options.load or str(programs / "wamp-bench-load")
    options.floor = options.floor or str(programs / "wamp-bench-floor")
    options.gateway = options.gateway or str(options.build / "apps/gateway/wamp-gateway")
    for peer in options.peer:
        if "=" not in peer or "{port}" not in peer:
            parser.error(f"--peer {peer}: expected NAME=COMMAND with {{port}}")
    return options


def routers_of(options):
    routers = [Router("floor", f"{shlex.quote(options.floor)} {{port}}", is_floor=True)]
    if options.gateway != "none":
        command = options.gateway
        if "{port}" not in command:
            command = (f"{shlex.quote(command)} --listen 127.0.0.1:{{port}} --realm realm1"
                       " --log-level warn")
        routers.append(Router("gateway", command))
    return routers + [Router(*peer.split("=", 1)) for peer in options.peer]


def main():
    options = parse_arguments()
    routers = routers_of(options)
    chosen = [w for w in WORKLOADS if options.only in w.name]
    if not chosen:
        sys.exit(f"no workload's name contains '{options.only}'")
    try:
        results = [(workload, measure(workload, routers, options)) for workload in chosen]
    except (FileNotFoundError, PermissionError) as error:
        sys.exit(f"{error} (is it built? ./dev bench builds and runs all)")
    if len(os.sched_getaffinity(0)) < 2:
        print("One core only: router and load share it, so trust no rate and no latency.\n")
    print_results(results, routers)
    if options.json:
        write_json(options.json, results)
    faults = list(faults_of(results))
    for fault in faults:
        print("FAILED", fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
