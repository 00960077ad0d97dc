"""RawSocket: handshake and frames (protocol.md 1.9; the spec's "RawSocket Transport")."""

import time
import unittest

from conformance import RAWSOCKET, GatewayTest, on_links
from gateway import Gateway, wait_until
from wamp_client import *


class HandshakeTest(GatewayTest, unittest.TestCase):
    """On the TCP port that is shared with HTTP, and on the Unix socket."""

    def shake(self, octets):
        """The answers to a handshake, with the end of the connection if it is refused."""
        for address in (self.gateway.tcp, self.gateway.unix_path):
            stream = Stream(address)
            self.addCleanup(stream.close)
            stream.send(bytes(octets))
            reply = stream.read(4, time.monotonic() + TIMEOUT)
            if reply[1] & 0x0F == 0:
                self.assertEqual(stream.read_to_end(), b"")
            yield reply

    def test_every_length_and_serializer(self):
        """The serializer is echoed, with the router's own limit: 16 MiB here."""
        for length in range(16):
            for serializer in (1, 2, 3):
                for reply in self.shake([0x7F, length << 4 | serializer, 0, 0]):
                    self.assertEqual(reply, bytes([0x7F, 0xF0 | serializer, 0, 0]))

    def test_unsupported_serializers(self):
        for serializer in (0, *range(4, 16)):
            for reply in self.shake([0x7F, 0xF0 | serializer, 0, 0]):
                self.assertEqual(reply, b"\x7f\x10\0\0", serializer)

    def test_reserved_octets(self):
        for octets in ([0x7F, 0xF1, 1, 0], [0x7F, 0xF1, 0, 1], [0x7F, 0xF1, 0xFF, 0xFF]):
            for reply in self.shake(octets):
                self.assertEqual(reply, b"\x7f\x30\0\0")

    def test_byte_by_byte(self):
        for address in (self.gateway.tcp, self.gateway.unix_path):
            stream = Stream(address)
            self.addCleanup(stream.close)
            for byte in b"\x7f\xf1\0\0":
                stream.send(bytes([byte]))
            self.assertEqual(stream.read(4, time.monotonic() + TIMEOUT), b"\x7f\xf1\0\0")

    def test_hello_in_one_write_with_the_handshake(self):
        hello = Json.encode([HELLO, "realm1", {"roles": ALL_ROLES}])
        for address in (self.gateway.tcp, self.gateway.unix_path):
            stream = Stream(address)
            self.addCleanup(stream.close)
            stream.send(b"\x7f\xf1\0\0" + RawSocketLink.frame_of(0, hello))
            deadline = time.monotonic() + TIMEOUT
            self.assertEqual(stream.read(4, deadline), b"\x7f\xf1\0\0")
            self.assertEqual(stream.read(5, deadline)[4:], b"[")

    def test_a_listener_for_rawsocket_only(self):
        """What does not begin with 7F is closed without a reply."""
        gateway = Gateway(listener={"websocket": False})
        self.addCleanup(gateway.stop)
        gateway.join(transport="tcp")
        for address in (gateway.tcp, gateway.unix_path):
            for octets in (b"\x7e\xf1\0\0", b"\0\0\0\0"):
                stream = Stream(address)
                self.addCleanup(stream.close)
                stream.send(octets)
                self.assertEqual(stream.read_to_end(), b"")

    def test_the_routers_limit_is_told_and_kept(self):
        """Rounded down to a power of two; a longer frame ends the connection."""
        gateway = Gateway(limits={"max_message_bytes": 5000})
        self.addCleanup(gateway.stop)
        peer = gateway.join(transport="tcp")
        self.assertEqual(peer.link.limit, 4096)
        frame = [PUBLISH, 1, {"acknowledge": True}, "some.topic", ["x"]]
        frame[4] = ["x" * (4097 - len(Json.encode(frame)))]
        self.assertEqual(len(Json.encode(frame)), 4096)
        peer.send(*frame)
        peer.expect(PUBLISHED, 1)
        frame[1:5] = [2, *frame[2:4], ["y" + frame[4][0]]]
        self.assertEqual(len(Json.encode(frame)), 4097)
        peer.send(*frame)
        peer.wait_failed()

    def shake_once(self, gateway):
        stream = Stream(gateway.tcp)
        stream.send(b"\x7f\xf1\0\0")
        try:
            return stream, stream.read(4, time.monotonic() + TIMEOUT)
        except Closed:
            return stream, None

    def accepts(self, gateway):
        stream, reply = self.shake_once(gateway)
        stream.close()
        return reply == b"\x7f\xf1\0\0"

    def test_too_many_connections(self):
        """Refused with the error for that, and welcome again when there is room."""
        gateway = Gateway(listener={"max_connections": 2})
        self.addCleanup(gateway.stop)
        first, _ = gateway.join(transport="tcp"), gateway.join()
        stream, reply = self.shake_once(gateway)
        self.addCleanup(stream.close)
        self.assertEqual(reply, b"\x7f\x40\0\0")
        self.assertEqual(stream.read_to_end(), b"")
        stream.close()
        with self.assertRaises(HandshakeRefused) as refused:
            gateway.connect()
        self.assertEqual(refused.exception.response.status, 503)
        first.close()
        wait_until(lambda: self.accepts(gateway), "room for a connection")

    def test_refused_connections_take_no_room(self):
        """Also while those who were refused keep their ends open."""
        gateway = Gateway(listener={"max_connections": 2}, limits={"close_timeout_ms": 60000},
                          more={"shutdown_timeout_ms": 500})
        self.addCleanup(gateway.stop)
        first, _ = gateway.join(transport="tcp"), gateway.join(transport="tcp")
        for _ in range(2):
            stream, reply = self.shake_once(gateway)
            self.addCleanup(stream.close)
            self.assertEqual(reply, b"\x7f\x40\0\0")
        first.close()
        wait_until(lambda: self.accepts(gateway), "room for a connection", 10)

    def test_formats_that_are_switched_off(self):
        gateway = Gateway(listener={"formats": ["cbor"]})
        self.addCleanup(gateway.stop)
        gateway.join(transport="tcp", codec="cbor")
        stream = Stream(gateway.tcp)
        self.addCleanup(stream.close)
        stream.send(b"\x7f\xf1\0\0")
        self.assertEqual(stream.read_to_end(), b"\x7f\x10\0\0")
        with self.assertRaises(HandshakeRefused):
            gateway.connect(codec="json")
        gateway.join(codec="cbor")


@on_links(*RAWSOCKET)
class FrameTest(GatewayTest):
    def setUp(self):
        super().setUp()
        self.peer = self.join()
        self.link = self.peer.link

    def test_pings_are_answered_with_their_payload(self):
        for payload in (b"", b"hello", bytes(range(256)) * 10):
            self.link.stream.send(self.link.frame_of(1, payload))
            self.assertEqual(self.link.receive_frame(time.monotonic() + TIMEOUT), (2, payload))

    def test_unasked_pongs_are_ignored(self):
        self.link.stream.send(self.link.frame_of(2, b"unasked"))
        self.peer.subscribe(self.uri())

    def test_frames_against_the_protocol(self):
        """Reserved kinds and bits, and a 2^24 bit beside a length, end the connection."""
        data = self.peer.codec.encode([SUBSCRIBE, 1, {}, "some.topic"])
        size = len(data).to_bytes(3, "big")
        for first in (3, 4, 5, 6, 7, 0x10, 0x20, 0x40, 0x80, 0xF0, 0x11, 8, 9, 10):
            with self.subTest(hex(first)):
                peer = self.join()
                peer.link.stream.send(bytes([first]) + size + data)
                peer.wait_failed()

    def test_frames_split_anywhere(self):
        frame = self.link.frame(self.peer.codec.encode([SUBSCRIBE, 1, {}, "some.topic"]))
        for at in range(1, len(frame)):
            peer = self.join()
            peer.link.stream.send(frame[:at])
            peer.link.stream.send(frame[at:])
            peer.expect(SUBSCRIBED, 1)


class LargeFrameTest(GatewayTest, unittest.TestCase):
    """The edges of what a frame can hold."""

    def message_of(self, size, codec=Json):
        start = [PUBLISH, 1, {"acknowledge": True, "exclude_me": False}, "large.topic"]
        text = "x" * (size - len(codec.encode([*start, [""]])))
        while len(codec.encode([*start, [text]])) > size:
            text = text[:-1]
        message = [*start, [text]]
        self.assertEqual(len(codec.encode(message)), size)
        return message

    def test_the_largest_frames(self):
        """2^24-1 and 2^24 bytes, of which the second has a bit of its own."""
        for transport in ("tcp", "unix"):
            for codec in (Json, Cbor):
                for size in (2**24 - 1, 2**24):
                    with self.subTest(f"{transport} {codec.name} {size}"):
                        peer = self.gateway.join(transport=transport, codec=codec.name)
                        peer.send(*self.message_of(size, codec))
                        peer.expect(PUBLISHED, 1)

    def test_the_largest_frame_to_a_client(self):
        """An EVENT of exactly the 2^24 bytes that the client takes is sent, a longer one is not."""
        gateway = Gateway(limits={"write_queue_bytes": 2**26})  # that the sentinel finds room
        self.addCleanup(gateway.stop)
        publisher, subscriber = gateway.join(codec="msgpack"), gateway.join(transport="tcp")
        topic = "a.b"  # short, that the PUBLISH is not longer than the EVENT
        subscriber.subscribe(topic)
        publisher.publish(topic)
        event = Json.encode([*subscriber.expect(EVENT), [""]])
        sizes = set()
        # The ids of publications differ in length: repeat until all sizes were met.
        for _ in range(30):
            for size in (2**24 - 1, 2**24, 2**24 + 1):
                publisher.publish_only(topic, ["x" * (size - len(event))])
                publisher.publish(topic, ["sentinel"])
                data = subscriber.link.receive(time.monotonic() + TIMEOUT)
                if not data.endswith(b'["sentinel"]]'):
                    sizes.add(len(data))
                    self.assertEqual(subscriber.expect(EVENT)[4], ["sentinel"])
            if {2**24 - 1, 2**24} <= sizes:
                break
        self.assertLessEqual({2**24 - 1, 2**24}, sizes)
        self.assertEqual(max(sizes), 2**24)

    def test_a_client_with_a_small_limit(self):
        """Nothing longer than its limit is sent to it, and it stays connected."""
        publisher = self.gateway.join()
        subscriber = self.gateway.join(transport="tcp", length=0)
        topic = self.uri()
        subscriber.subscribe(topic)
        publisher.publish(topic, ["x" * 600])
        publisher.publish(topic, ["small"])
        self.assertEqual(subscriber.expect(EVENT)[4], ["small"])

    def test_a_callee_with_a_small_limit(self):
        """The caller of a too large invocation gets an ERROR, and the callee stays."""
        caller, callee = self.gateway.join(), self.gateway.join(transport="tcp", length=0)
        procedure = self.uri()
        callee.register(procedure)
        self.assert_error(caller.call(procedure, ["x" * 600]), CALL, 1,
                          "wamp.error.payload_size_exceeded")
        request = caller.start_call(procedure, ["small"])
        callee.send(YIELD, callee.expect(INVOCATION)[1], {})
        self.assertEqual(caller.receive(), [RESULT, request, {}])

    def test_a_caller_with_a_small_limit(self):
        """A too large result becomes an ERROR; a too large ERROR may also just lose its payload."""
        caller, callee = self.gateway.join(transport="tcp", length=0), self.gateway.join()
        procedure = self.uri()
        callee.register(procedure)
        request = caller.start_call(procedure)
        callee.send(YIELD, callee.expect(INVOCATION)[1], {}, ["x" * 600])
        self.assert_error(caller.receive(), CALL, request, "wamp.error.payload_size_exceeded")
        request = caller.start_call(procedure)
        callee.send(ERROR, INVOCATION, callee.expect(INVOCATION)[1], {}, "some.error", ["x" * 600])
        answer = caller.receive()
        if answer != [ERROR, CALL, request, {}, "some.error"]:
            self.assert_error(answer, CALL, request, "wamp.error.payload_size_exceeded")
