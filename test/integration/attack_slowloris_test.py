"""Peers that hold a connection open by saying almost nothing: silent ones, and those that drip one
byte after the other, into TLS, into HTTP, into RawSocket, or before HELLO. All are cut off in time,
and nobody else notices."""

import select
import time

from gateway import wait_until
from gateway_test_case import GatewayTestCase
from tls_files import Authority
from wamp_client import *

LIMITS = {"handshake_timeout_ms": 400, "hello_timeout_ms": 400, "close_timeout_ms": 300}
PATIENCE = 10  # seconds; several times what the limits allow


class SlowlorisTest(GatewayTestCase):
    def setUp(self):
        self.authority = Authority()
        self.addCleanup(self.authority.clean)
        certificate, key = self.authority.issue()
        self.plain = self.start(limits=LIMITS, listener={"long_poll": "/longpoll"})
        self.secure = self.start(limits=LIMITS, listener={
            "long_poll": "/longpoll", "tls": {"certificate": certificate, "key": key}},
            tls=self.authority.client())
        self.witnesses = [(gateway.join(), gateway.join()) for gateway in (self.plain, self.secure)]

    def tearDown(self):
        for pair in self.witnesses:
            self.call_between(*pair)

    def bare(self, gateway):
        """A socket that speaks TLS by hand only."""
        stream = Stream(("127.0.0.1", gateway.port))
        self.addCleanup(stream.close)
        return stream

    def open(self, gateway):
        stream = Stream(gateway.tcp)
        self.addCleanup(stream.close)
        return stream

    def assert_cut_off(self, stream, drip=b""):
        """A byte of `drip` every 20 ms does not help."""
        deadline = time.monotonic() + PATIENCE
        at = 0
        while time.monotonic() < deadline:
            try:
                if at < len(drip):
                    stream.send(drip[at:at + 1])
                    at += 1
                if select.select([stream.socket], [], [], 0.02)[0]:
                    stream.read_to_end(PATIENCE)
                    return
            except TimeoutError:  # an OSError, too
                raise
            except (Closed, OSError):
                return
        self.fail("the connection was not cut off")

    def test_silence(self):
        for stream in (self.bare(self.plain), self.bare(self.secure), self.open(self.secure)):
            self.assert_cut_off(stream)

    def test_a_dripping_http_header(self):
        head = upgrade_request(more=["X-Long: " + "x" * 4000])
        for gateway in (self.plain, self.secure):
            self.assert_cut_off(self.open(gateway), head)

    def test_a_dripping_tls_handshake(self):
        # A record of 16 KiB that begins a ClientHello.
        self.assert_cut_off(self.bare(self.secure), b"\x16\x03\x01\x40\0\x01" + b"x" * 4000)
        stream = self.bare(self.secure)
        stream.send(b"\x16\x03\x01\x02\0\x01\0\x01")
        self.assert_cut_off(stream)

    def test_a_rawsocket_handshake_that_is_not_finished(self):
        for gateway in (self.plain, self.secure):
            stream = self.open(gateway)
            stream.send(b"\x7f\xf1")
            self.assert_cut_off(stream)

    def test_a_dripping_long_poll_request(self):
        """Its header is a handshake like any other."""
        request = b"POST /longpoll/open HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 4000
        for gateway in (self.plain, self.secure):
            self.assert_cut_off(self.open(gateway), request)

    def test_no_hello(self):
        for gateway in (self.plain, self.secure):
            for transport in ("websocket", "tcp"):
                stream = gateway.connect(transport, answer_pings=False).link.stream
                self.assert_cut_off(stream)

    def test_many_of_them_at_once(self):
        """They take no more than their sockets, and those are given back."""
        streams = [self.bare(self.secure) for _ in range(200)]
        for number, stream in enumerate(streams):
            stream.send((b"\x16", b"\x16\x03\x01\x40\0\x01", b"x")[number % 3])
        self.assert_serves(self.secure)
        for stream in streams:
            stream.read_to_end(PATIENCE)
