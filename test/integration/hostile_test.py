"""Bytes that no client sends: garbage, bombs, and frames that are broken, too large or too slow."""

import random
import select
import socket
import struct
import time

from gateway import wait_until
from gateway_test_case import GatewayTestCase
from wamp_client import *

LARGEST = 65536


class GarbageTest(GatewayTestCase):
    def setUp(self):
        self.gateway = self.start(limits={"max_message_bytes": LARGEST, "handshake_timeout_ms": 1000,
                                          "hello_timeout_ms": 1000, "close_timeout_ms": 500})
        self.random = random.Random(1)

    def garbage(self, size):
        return self.random.randbytes(self.random.randrange(1, size))

    def test_garbage_instead_of_a_handshake(self):
        streams = []
        for number in range(150):
            stream = Stream(self.gateway.unix_path if number % 3 == 0 else self.gateway.tcp)
            self.addCleanup(stream.close)
            first = (b"", b"\x7f", b"GET ", b"\x7f\xf1\0\0", b"\x16\x03\x01")[number % 5]
            try:
                stream.send(first + self.garbage(2000))
            except Closed:
                pass
            streams.append(stream)
        for stream in streams:
            stream.read_to_end()
        self.assert_serves(self.gateway)

    def test_garbage_instead_of_frames(self):
        for number in range(150):
            transport = ("websocket", "tcp", "unix")[number % 3]
            peer = self.gateway.connect(transport, "json", answer_pings=False)
            try:
                peer.link.stream.send(self.garbage(5000))
                peer.link.stream.socket.shutdown(socket.SHUT_WR)
            except (Closed, OSError):
                pass
            peer.link.stream.read_to_end()
        self.assert_serves(self.gateway)

    def test_garbage_instead_of_messages(self):
        for number in range(150):
            codec = ("json", "msgpack", "cbor")[number % 3]
            peer = self.gateway.join(transport=("websocket", "tcp")[number % 2], codec=codec)
            data = self.garbage(500)
            if codec == "json":
                data = bytes(byte & 0x7F for byte in data)  # that it passes as text
            peer.send_bytes(data)
            peer.expect(ABORT)
            peer.wait_closed()
        self.assert_serves(self.gateway)

    def test_damaged_messages(self):
        """One or two bytes of a good message are changed: nobody else is hurt."""
        for number in range(450):
            codec = FORMATS[("json", "msgpack", "cbor")[number % 3]]
            good = self.random.choice((
                [PUBLISH, 1, {"acknowledge": True, "exclude": [1, 2], "eligible_authid": ["x"]},
                 "a.b", [1, "x", {"k": None}], {"k": [b"x"]}],
                [CALL, 1, {"timeout": 0}, "a.b", [1.5, -1, 2**40]], [SUBSCRIBE, 1, {}, "a.b"],
                [REGISTER, 1, {"invoke": "single"}, "a.b"], [GOODBYE, {}, "wamp.close.normal"]))
            data = bytearray(codec.encode(good))
            for _ in range(self.random.randrange(1, 3)):
                data[self.random.randrange(len(data))] = self.random.randrange(256)
            peer = self.gateway.join(transport="tcp", codec=codec.name)
            peer.send_bytes(bytes(data))
            peer.link.stream.socket.shutdown(socket.SHUT_WR)
            peer.link.stream.read_to_end()
            self.assertTrue(self.gateway.is_running(), bytes(data))
        self.assert_serves(self.gateway)

    def test_connections_that_end_within_a_frame(self):
        for transport in ("websocket", "tcp", "unix"):
            frame = None
            for at in (1, 2, 3, 5, 20):
                peer = self.gateway.join(transport=transport)
                frame = peer.link.frame(peer.codec.encode([PUBLISH, 1, {}, "a.b", ["x" * 100]]))
                peer.link.stream.send(frame[:at])
                (peer.link.stream.reset if at % 2 else peer.close)()
        self.assert_serves(self.gateway)

    def test_oversized_websocket_messages(self):
        """Refused with 1009, as soon as the length is known."""
        for name, data in {
            "one frame": websocket_frame(TEXT, b"x" * (LARGEST + 1)),
            "announced only": struct.pack(">BBQ", 0x81, 0xFF, LARGEST + 1) + b"mask",
            "announced, 2^62": struct.pack(">BBQ", 0x81, 0xFF, 2**62) + b"mask",
            "fragments": websocket_frame(TEXT, b"x" * 60000, fin=False)
            + websocket_frame(CONTINUATION, b"x" * 6000, fin=False),
        }.items():
            with self.subTest(name):
                peer = self.gateway.join()
                peer.link.stream.send(data)
                self.assertEqual(peer.wait_failed(), 1009)
        self.assert_serves(self.gateway)

    def test_oversized_rawsocket_frames(self):
        for transport in ("tcp", "unix"):
            for name, data in {
                "one frame": RawSocketLink.frame_of(0, b"x" * (LARGEST + 1)),
                "announced only": b"\0" + (LARGEST + 1).to_bytes(3, "big"),
                "announced, 2^24": b"\x08\0\0\0",
                "ping": b"\x01" + (LARGEST + 1).to_bytes(3, "big"),
            }.items():
                with self.subTest(f"{transport} {name}"):
                    peer = self.gateway.join(transport=transport)
                    peer.link.stream.send(data)
                    peer.wait_failed()
        self.assert_serves(self.gateway)

    def test_the_largest_message_is_taken(self):
        for transport in ("websocket", "tcp"):
            peer = self.gateway.join(transport=transport)
            message = [PUBLISH, 1, {"acknowledge": True}, "a.b", [""]]
            message[4] = ["x" * (LARGEST - len(Json.encode(message)))]
            peer.send(*message)
            peer.expect(PUBLISHED, 1)

    def test_oversized_http_headers(self):
        for header in (upgrade_request(more=["X-Long: " + "x" * 9000]),
                       upgrade_request(more=[f"X-{i}: {'y' * 90}" for i in range(100)]),
                       b"GET /" + b"x" * 20000, b"x" * 20000):
            stream = Stream(self.gateway.tcp)
            self.addCleanup(stream.close)
            try:
                stream.send(header)
            except Closed:
                continue
            answer = stream.read_to_end()
            self.assertFalse(answer.startswith(b"HTTP/1.1 101"), answer)
        self.assert_serves(self.gateway)


class BombTest(GatewayTestCase):
    """Small messages that would like to become large in memory, or in time."""

    def setUp(self):
        self.gateway = self.start(environment={"ASAN_OPTIONS": "quarantine_size_mb=1"})

    def bombs(self, codec):
        """Whole messages, and payloads that follow a good beginning."""
        many = 1_000_000
        if codec == "json":
            start = b'[16,1,{},"bomb",'
            yield b"[" * many
            yield b"[" * many + b"]" * many
            yield b'{"a":' * many
            yield start + b"[" * many + b"]" * many + b"]"
            yield start + b"[]," + b'{"a":' * many + b"1" + b"}" * many + b"]"
            yield b'[16,1,{"abc":' + b"[" * many + b"]" * many + b'},"bomb"]'
            yield b"[16," + b"9" * many + b',{},"bomb"]'
            yield start + b"[" + b"9" * many + b"]]"
            yield start + b"[1" + b"0" * 400 + b"e" + b"9" * 400 + b"]]"
            yield b'[16,1,{' + b",".join(b'"k%d":1' % i for i in range(60000)) + b'},"bomb"]'
        elif codec == "msgpack":
            start = b"\x95\x10\x01\x80\xa4bomb"
            yield b"\x91" * many
            yield b"\x81\xa1a" * many
            yield start + b"\x91" * many + b"\xc0"
            yield b"\x94\x10\x01\x81\xa3abc" + b"\x91" * many
            for head in (b"\xdd", b"\xdf", b"\xdb", b"\xc6", b"\xc9"):
                yield head + b"\xff" * 4
                yield start + head + b"\xff" * 4
                yield start + b"\x91" + head + b"\x7f\xff\xff\xff"
                yield b"\x94\x10\x01" + head + b"\x0f\xff\xff\xff"
            yield start + (b"\xdd\x00\xff\xff\xff" * 1000)
            yield (b"\x94\x10\x01\xdf" + (60000).to_bytes(4, "big")
                   + b"".join(b"\xa6%06d\x01" % i for i in range(60000)) + b"\xa4bomb")
        else:
            start = b"\x85\x10\x01\xa0\x64bomb"
            yield b"\x81" * many
            yield b"\x9f" * many
            yield b"\x9f" * many + b"\xff" * many
            yield b"\xbf\x61a" * many
            yield b"\xc1" * many  # tags upon tags
            yield start + b"\x81" * many + b"\xf6"
            yield start + b"\x81\x7f" + b"\x60" * many + b"\xff"
            yield b"\x84\x10\x01\xa1\x63abc" + b"\x81" * many
            for head in (b"\x9a", b"\xba", b"\x7a", b"\x5a"):
                yield head + b"\xff" * 4
                yield start + head + b"\xff" * 4
                yield start + b"\x81" + head + b"\x7f\xff\xff\xff"
            for head in (b"\x9b", b"\xbb", b"\x7b", b"\x5b"):
                yield head + b"\xff" * 8
                yield head + b"\x7f" + b"\xff" * 7
                yield start + head + b"\0\0\0\x7f" + b"\xff" * 4
                yield b"\x84\x10\x01" + head + b"\x20" + bytes(7)
            yield start + (b"\x9a\x00\xff\xff\xff" * 1000)
            yield (b"\x84\x10\x01\xba" + (60000).to_bytes(4, "big")
                   + b"".join(b"\x66%06d\x01" % i for i in range(60000)) + b"\x64bomb")

    def test_bombs_are_cheap(self):
        """Neither much time nor much memory; and none ends the gateway, also where a subscriber
        of another format makes it convert the payload."""
        for codec in FORMATS:
            self.gateway.join(codec=codec).subscribe("bomb")
        self.assert_serves(self.gateway)
        for codec in FORMATS:
            for bomb in self.bombs(codec):
                with self.subTest(f"{codec} {bomb[:24]!r}, {len(bomb)} bytes"):
                    cpu, memory = self.gateway.cpu_seconds(), self.gateway.resident_bytes()
                    peer = self.gateway.join(transport="tcp", codec=codec)
                    peer.send_bytes(bomb)
                    peer.link.stream.socket.shutdown(socket.SHUT_WR)
                    peer.link.stream.read_to_end()
                    self.assertTrue(self.gateway.is_running())
                    self.assertLess(self.gateway.cpu_seconds() - cpu, 3)
                    self.assertLess(self.gateway.resident_bytes() - memory, 256 * 2**20)
        self.assert_serves(self.gateway)


class SlowTest(GatewayTestCase):
    """Who takes too long is cut off, and nobody else."""

    def setUp(self):
        self.gateway = self.start(limits={"handshake_timeout_ms": 300, "hello_timeout_ms": 300,
                                          "close_timeout_ms": 300, "ping_interval_ms": 0})
        self.witness = self.gateway.join(), self.gateway.join()

    def tearDown(self):
        self.call_between(*self.witness)

    def drip(self, stream, data):
        """Sends a byte every 50 ms, until the other side closes or all is sent."""
        for byte in data:
            try:
                stream.send(bytes([byte]))
                if select.select([stream.socket], [], [], 0.05)[0]:
                    stream.read_to_end()
                    return True
            except Closed:
                return True
        return False

    def test_no_handshake_at_all(self):
        for address in (self.gateway.tcp, self.gateway.unix_path):
            stream = Stream(address)
            self.addCleanup(stream.close)
            stream.read_to_end()

    def test_half_a_handshake(self):
        for start in (b"\x7f", b"\x7f\xf1\0", b"G", upgrade_request()[:-2]):
            stream = Stream(self.gateway.tcp)
            self.addCleanup(stream.close)
            stream.send(start)
            stream.read_to_end()

    def test_a_dripping_handshake(self):
        """Every byte that comes does not begin the time anew."""
        stream = Stream(self.gateway.tcp)
        self.addCleanup(stream.close)
        self.assertTrue(self.drip(stream, upgrade_request(more=["X-Long: " + "x" * 1000])))

    def test_no_hello(self):
        for transport in ("websocket", "tcp", "unix"):
            peer = self.gateway.connect(transport)
            try:
                message = peer.receive()
            except Closed:
                continue
            self.assertEqual(message[0], ABORT)
            peer.wait_closed()

    def test_a_dripping_hello(self):
        for transport in ("websocket", "tcp"):
            peer = self.gateway.connect(transport)
            hello = [HELLO, "realm1", {"roles": ALL_ROLES, "agent": "x" * 1000}]
            self.assertTrue(self.drip(peer.link.stream, peer.link.frame(Json.encode(hello))))

    def test_pings_instead_of_hello(self):
        peer = self.gateway.connect()
        try:
            deadline = time.monotonic() + TIMEOUT
            while time.monotonic() < deadline:
                peer.link.stream.send(websocket_frame(PING, b""))
                peer.link.receive_frame(deadline)
        except (Closed, AssertionError):
            return
        self.fail("never cut off")


class HalfOpenTest(GatewayTestCase):
    def setUp(self):
        self.gateway = self.start(limits={"ping_interval_ms": 150, "ping_timeout_ms": 1500,
                                          "close_timeout_ms": 300})

    def test_peers_that_do_not_answer_are_found(self):
        """Their connections end, and their registrations with them."""
        for transport in ("websocket", "tcp", "unix"):
            with self.subTest(transport):
                dead, other = self.gateway.join(transport=transport), self.gateway.join()
                procedure = self.uri()
                dead.register(procedure)

                def is_free():
                    return other.request(REGISTER, {}, procedure)[0] == REGISTERED
                wait_until(is_free, "the silent peer's procedure")  # dead answers no ping meanwhile
                self.assertTrue(dead.link.stream.read_to_end() is not None)

    def test_peers_that_stopped_reading_are_found(self):
        """Also where no ping gets through, since the connection is stuffed with events."""
        for transport in ("websocket", "tcp", "unix"):
            with self.subTest(transport):
                dead = self.gateway.join(transport=transport, receive_buffer=4096)
                topic, procedure = self.uri(), self.uri()
                dead.subscribe(topic)
                dead.register(procedure)
                other = self.gateway.join()

                def is_free():
                    other.publish(topic, ["x" * 200000])
                    return other.request(REGISTER, {}, procedure)[0] == REGISTERED
                wait_until(is_free, "the stuffed peer's procedure")

    def test_peers_that_answer_stay(self):
        for transport in ("websocket", "tcp", "unix"):
            peer = self.gateway.join(transport=transport)
            while peer.link.pings < 4:
                try:
                    peer.receive(timeout=0.1)
                except TimeoutError:
                    pass
            peer.subscribe(self.uri())
