"""Starts and stops the gateway under test: $WAMP_GATEWAY, or what run.py was told."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time

from wamp_client import (FORMATS, TIMEOUT, BatchedLink, DeflateLink, LongPollLink, Peer,
                         RawSocketLink, Route, Stream, WebSocketLink)

EVERYTHING = {"uri": "", "match": "prefix", "allow": ["call", "register", "publish", "subscribe"]}
SANITIZER_REPORT = re.compile(r"ERROR: \w+Sanitizer|runtime error:|WARNING: ThreadSanitizer")


def all_may_do_everything(*roles):
    """What a configuration says of the roles of a realm."""
    return [{"name": role, "permissions": [EVERYTHING]} for role in roles]


def binary():
    path = os.environ.get("WAMP_GATEWAY")
    if not path:
        raise RuntimeError("WAMP_GATEWAY must name the gateway's program")
    return path


def wait_until(condition, what, timeout=TIMEOUT):
    """Polls for a condition that nothing announces; returns its value."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.005)
    return value


def run_to_end(*arguments, timeout=TIMEOUT):
    """Runs the gateway for a command that ends by itself."""
    return subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=timeout)


class Gateway:
    """A gateway on a TCP port of the system's choice and on a Unix socket.

    limits, realms and listener are parts of the configuration file; descriptors is its
    RLIMIT_NOFILE; tls is how clients speak TLS, if the listener does; log_level None
    leaves that to the file."""

    def __init__(self, limits=None, realms=("realm1",), listener=None, descriptors=None,
                 environment=None, more=None, unix_path=None, tls=None,
                 log_level="info"):
        self.tls = tls
        self.log_level = ["--log-level", log_level] if log_level else []
        self.directory = tempfile.mkdtemp(prefix="wamp-gateway-test-")
        self.unix_path = unix_path or os.path.join(self.directory, "socket")
        extra = listener or {}
        config = {
            "listeners": [{"listen": "127.0.0.1:0", **extra},
                          {"listen": "unix:" + self.unix_path, **extra}],
            "realms": [{"name": realm} if isinstance(realm, str) else realm for realm in realms],
            "limits": limits or {},
            "scheduler": os.environ.get("WAMP_TEST_SCHEDULER", "sockets"),
            **(more or {}),
        }
        self.config_path = os.path.join(self.directory, "config.json")
        with open(self.config_path, "w", encoding="utf-8") as file:
            json.dump(config, file)
        self.log_path = os.path.join(self.directory, "log")
        self.peers = []
        self._start(descriptors, environment)

    def _start(self, descriptors, environment):
        def before_exec():
            # A file that may not grow is an error, as on a full disk.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [binary(), "--config", self.config_path, *self.log_level], stderr=log,
                stdin=subprocess.DEVNULL, preexec_fn=before_exec,
                env={**os.environ, **(environment or {})})
        try:
            wait_until(lambda: self.log().count("listening on") == 2 or not self.is_running(),
                       "the gateway to listen")
            self.port = int(re.search(r"listening on 127\.0\.0\.1:(\d+)", self.log())[1])
        except BaseException:
            print(self.log())
            self.kill()
            raise
        self.tcp = ("127.0.0.1", self.port)
        if self.tls:
            self.tcp = Route(*self.tcp, tls=self.tls)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def is_running(self):
        return self.process.poll() is None

    # -- clients

    def link(self, transport="websocket", codec="json", **options):
        codec = FORMATS[codec]
        if transport == "websocket":
            link = WebSocketLink(self.tcp, codec, **options)
        elif transport == "batched":
            link = BatchedLink(self.tcp, codec, **options)
        elif transport == "longpoll":
            link = LongPollLink(self.tcp, codec, **options)
        elif transport == "deflate":
            link = DeflateLink(self.tcp, codec, **options)
        else:
            link = RawSocketLink(self.tcp if transport == "tcp" else self.unix_path, codec, **options)
        return link

    def connect(self, transport="websocket", codec="json", **options):
        """A peer that has not said HELLO; it is closed with the gateway at the latest."""
        peer = Peer(self.link(transport, codec, **options))
        self.peers.append(peer)
        return peer

    def join(self, realm="realm1", transport="websocket", codec="json", roles=None, **options):
        return self.connect(transport, codec, **options).join(realm, roles)

    def close_peers(self):
        for peer in self.peers:
            peer.close()
        self.peers.clear()

    def health(self):
        stream = Stream(self.tcp)
        stream.send(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        try:
            return stream.read_to_end()
        finally:
            stream.close()

    # -- the process

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, timeout=TIMEOUT):
        return self.process.wait(timeout)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._clean()

    def stop(self):
        """Ends the gateway and tells what was wrong with that: an exit code, a sanitizer's report."""
        self.close_peers()
        if self.is_running():
            self.signal(signal.SIGTERM)
        try:
            code = self.wait()
        except subprocess.TimeoutExpired:
            log = self.log()
            self.kill()
            raise AssertionError("the gateway did not end:\n" + log) from None
        log = self.log()
        self._clean()
        if code != 0 or SANITIZER_REPORT.search(log):
            raise AssertionError(f"the gateway ended with {code}:\n{log[-20000:]}")

    def _clean(self):
        self.close_peers()
        shutil.rmtree(self.directory, ignore_errors=True)
