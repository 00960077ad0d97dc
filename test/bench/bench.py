#!/usr/bin/env python3
"""Measures the gateway beside the floor: what a call, an event and a session cost each of them.

Each run has a router process of its own, on a core of its own, and a load process on another; the
runs of the routers are interleaved, and the table shows medians. See README.md.
Exit code 1: something was lost, refused, wrong or, with --check, dearer than it may be, or a
process failed.
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

import report
from workloads import GROWTH, WORKLOADS

REPOSITORY = Path(__file__).resolve().parents[2]
START_PATIENCE = 20  # seconds until a router must accept connections
STOP_PATIENCE = 10  # seconds from SIGTERM to the end of a router
CLIENTS = "clients"  # what --only knows the client's bench by
LOGINS = "logins"  # and that of logins
BOUNDS = Path(__file__).with_name("bounds.json")


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
        figures = [run[key] for run in self.runs if key in run]
        return statistics.median(figures) if figures else None

    def total(self, *keys):
        return sum(run[key] for run in self.runs for key in keys)

    def clean(self):
        return bool(self.runs) and not self.failures and self.total(*report.FAULTS) == 0


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


class Load:
    """A load process at work on a router."""

    def __init__(self, program, arguments, running, core):
        self.running = running
        self.process = subprocess.Popen(
            [program, "--port", str(running.port), "--pid", str(running.process.pid), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, core))

    def figures(self):
        try:
            output, errors = self.process.communicate(timeout=180)
        except subprocess.TimeoutExpired:
            raise Failure("the load generator did not end") from None
        self.running.check_alive()
        if self.process.returncode != 0:
            raise Failure(f"{errors.strip()[-500:]}\n{self.running.last_words()}".strip())
        if errors:
            print(f"  {self.running.router.name}: {errors.strip()}", file=sys.stderr)
        return json.loads(output)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


def run_load(workload, options, running, core):
    def start(arguments, seconds):
        return Load(options.load, [*shlex.split(arguments), "--seconds", str(seconds)], running, core)

    load = (running.router.is_floor and workload.floor_load) or workload.load
    if not workload.beside:
        with start(load, options.seconds) as measured:
            return measured.figures()
    # It begins first and ends last; what it lost counts, too.
    with start(workload.beside, options.seconds + 2) as beside:
        time.sleep(1)  # its sessions are there and at work: nothing announces that
        with start(load, options.seconds) as measured:
            run = measured.figures()
        other = beside.figures()
    for fault in report.FAULTS:
        run[fault] += other[fault]
    run["beside_rate"] = other["rate"]
    return run


def measure(workload, routers, options):
    """Interleaves the routers' runs of one workload; returns an Outcome by router name."""
    if workload.kind == "tls":
        with tempfile.TemporaryDirectory(prefix="wamp-bench-") as folder:
            return measure_all(workload, routers_of_tls(routers, folder), options)
    return measure_all(workload, routers, options)


def routers_of_tls(routers, folder):
    """The gateway with TLS under its own name, and without in the place of the floor."""
    floor, *others = routers
    if not others or " --listen " not in others[0].command:
        raise Failure("there is no gateway to measure TLS with")
    certificate, key, config = (f"{folder}/{name}" for name in ("router.pem", "router.key", "tls.json"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=bench",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    Path(config).write_text(json.dumps({"listeners": [
        {"listen": "127.0.0.1:0", "tls": {"certificate": certificate, "key": key}}]}))
    gateway = others[0]
    return [Router(floor.name, gateway.command, is_floor=True),
            Router(gateway.name, f"{gateway.command} --config {config}")]


def measure_all(workload, routers, options):
    router_core, load_core = cores()
    outcomes = {router.name: Outcome() for router in routers}
    for number in range(options.rounds):
        for router in routers:
            progress(f"{workload.name}: {router.name}, round {number + 1} of {options.rounds}")
            try:
                with RunningRouter(router, router_core) as running:
                    outcomes[router.name].runs.append(
                        run_load(workload, options, running, load_core))
            except Failure as failure:
                outcomes[router.name].failures.append(failure.text)
    progress("")
    return outcomes


def measure_clients(router, options):
    """The client's figures, see client.cpp; a list of {name, unit, value, floor}."""
    router_core, load_core = cores()
    progress("clients")
    with RunningRouter(router, router_core) as running:
        done = subprocess.run(
            [options.client, "--rounds", str(options.rounds), "--port", str(running.port)],
            capture_output=True, text=True, timeout=600,
            preexec_fn=lambda: os.sched_setaffinity(0, load_core))
    progress("")
    if done.returncode != 0:
        raise Failure(f"the client's bench failed: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def measure_logins(options):
    """What a refused login tells by its time, see login.cpp."""
    progress("logins")
    done = subprocess.run([options.login, "--rounds", str(options.rounds)],
                          capture_output=True, text=True, timeout=600)
    progress("")
    if done.returncode != 0:
        raise Failure(f"the bench of logins failed: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


# Command line


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=Path, default=REPOSITORY / "build/release",
                        help="where the programs were built")
    parser.add_argument("--gateway", help="program, or a command with {port}; 'none' for no gateway")
    parser.add_argument("--floor", help="program of the floor")
    parser.add_argument("--load", help="program of the load generator")
    parser.add_argument("--client", help="program of the client's bench")
    parser.add_argument("--login", help="program of the bench of logins")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND",
                        help="another router to measure; COMMAND holds {port}")
    parser.add_argument("--rounds", type=int, default=5, help="runs per workload and router")
    parser.add_argument("--seconds", type=float, default=3, help="measured time of a run")
    parser.add_argument("--quick", action="store_true", help="one round of one second")
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="of the workload's name")
    parser.add_argument("--check", action="store_true",
                        help=f"fail if a figure is worse than {BOUNDS.name} says, by more than a"
                        " quarter")
    parser.add_argument("--growth", action="store_true",
                        help="measure instead how the cost grows with subscribers, topics, ...")
    parser.add_argument("--plot", metavar="FILE", help="the same, drawn as SVG or PNG")
    parser.add_argument("--json", metavar="FILE", help="writes every run's figures")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 1
    programs = options.build / "test/bench"
    options.load = options.load or str(programs / "wamp-bench-load")
    options.client = options.client or str(programs / "wamp-bench-client")
    options.login = options.login or str(programs / "wamp-bench-login")
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


def write_json(path, results, figures):
    document = [{"workload": workload.name, "load": workload.load, "router": name,
                 "runs": outcome.runs, "failures": outcome.failures}
                for workload, outcomes in results for name, outcome in outcomes.items()]
    document += [{"workload": f["name"], **f} for f in figures]
    Path(path).write_text(json.dumps(document, indent=1) + "\n")


def measure_growth(routers, options):
    """Prints the tables and draws; returns the results as the other workloads' are."""
    results, curves = [], []
    for growth in GROWTH:
        if options.only not in growth.name:
            continue
        outcomes = {router.name: [] for router in routers}
        for _, workload in growth.points:
            results.append((workload, measure(workload, routers, options)))
            for name, outcome in results[-1][1].items():
                outcomes[name].append(outcome)
        curves.append((growth, outcomes))
    report.print_growth(curves, routers)
    if options.plot:
        import plot  # needs matplotlib, which nothing else does
        plot.draw(options.plot, curves, routers)
    return results


def main():
    options = parse_arguments()
    routers = routers_of(options)
    growth = options.growth or options.plot
    clients = not growth and options.only in CLIENTS and options.gateway != "none"
    logins = not growth and options.only in LOGINS
    if not clients and not logins and not any(options.only in w.name for w in (GROWTH if growth else WORKLOADS)):
        sys.exit(f"no workload's name contains '{options.only}'")
    figures, login_figures = [], []
    try:
        if growth:
            results = measure_growth(routers, options)
        else:
            results = [(workload, measure(workload, routers, options))
                       for workload in WORKLOADS if options.only in workload.name
                       and (workload.kind != "tls" or options.gateway != "none")]
        if clients:
            figures = measure_clients(routers[1], options)
        if logins:
            login_figures = measure_logins(options)
    except Failure as failure:
        sys.exit(f"FAILED {failure.text}")
    except (FileNotFoundError, PermissionError) as error:
        sys.exit(f"{error} (is it built? ./dev bench builds and runs all)")
    if len(os.sched_getaffinity(0)) < 2:
        print("One core only: router and load share it, so trust no rate and no latency.\n")
    if not growth:
        report.print_results(results, routers)
        report.print_clients(figures)
        report.print_logins(login_figures)
    if options.json:
        write_json(options.json, results, figures + login_figures)
    faults = list(report.faults_of(results))
    if options.check and not growth:
        bounds = json.loads(BOUNDS.read_text())
        faults += report.worse_than(bounds, results, routers[1], routers[0])
        faults += report.clients_worse_than(bounds, figures)
        faults += report.logins_that_tell(login_figures)
    for fault in faults:
        print("FAILED", fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
