"""WebSocket: handshake, frames and closing (protocol.md 1.9, RFC 6455), and GET /health."""

import json
import struct
import time
import unittest

from conformance import BATCHED, VIOLATION, WEBSOCKET, GatewayTest, on_links
from wamp_client import *


class HandshakeTest(GatewayTest, unittest.TestCase):
    def answer(self, request):
        stream = Stream(self.gateway.tcp)
        self.addCleanup(stream.close)
        stream.send(request)
        return HttpResponse(stream)

    def test_accept_key(self):
        response = self.answer(upgrade_request())
        self.assertEqual(response.status, 101)
        self.assertEqual(response.fields["upgrade"].lower(), "websocket")
        self.assertEqual(response.fields["connection"].lower(), "upgrade")
        self.assertEqual(response.fields["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        self.assertEqual(response.fields["sec-websocket-protocol"], "wamp.2.json")
        self.assertNotIn("sec-websocket-extensions", response.fields)

    def test_paths(self):
        for path, status in (("/ws", 101), ("/", 101), ("/ws?x=1", 101), ("/nowhere", 404)):
            with self.subTest(path):
                self.assertEqual(self.answer(upgrade_request(path=path)).status, status)

    def test_the_clients_order_of_subprotocols_counts(self):
        for offered, chosen in ((["wamp.2.cbor", "wamp.2.json"], "wamp.2.cbor"),
                                (["wamp.2.msgpack", "wamp.2.cbor"], "wamp.2.msgpack"),
                                (["mqtt", "wamp.2.json", "wamp.2.cbor"], "wamp.2.json"),
                                (["wamp.2.cbor.batched", "wamp.2.cbor"], "wamp.2.cbor.batched"),
                                (["wamp.2.json", "wamp.2.json.batched"], "wamp.2.json")):
            response = self.answer(upgrade_request(offered))
            self.assertEqual(response.fields["sec-websocket-protocol"], chosen)

    def test_subprotocols_in_several_fields(self):
        response = self.answer(upgrade_request(["mqtt"], more=["Sec-WebSocket-Protocol: wamp.2.cbor"]))
        self.assertEqual(response.fields["sec-websocket-protocol"], "wamp.2.cbor")

    def test_no_common_subprotocol(self):
        for offered in ([], ["mqtt"], ["wamp.2"], ["wamp.2.ubjson", "wamp.1.json"], ["WAMP.2.JSONX"]):
            with self.subTest(offered):
                response = self.answer(upgrade_request(offered))
                self.assertTrue(400 <= response.status < 500, response.status)

    def test_other_spellings_of_the_request(self):
        """As browsers and proxies write it."""
        good = upgrade_request().decode()
        for change, to in (("Connection: Upgrade", "Connection: keep-alive, Upgrade"),
                           ("Connection: Upgrade", "connection:upgrade"),
                           ("Upgrade: websocket", "UPGRADE: WebSocket"),
                           ("Host: localhost", "Host: localhost\r\nOrigin: http://localhost\r\n"
                            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")):
            with self.subTest(to):
                self.assertIn(change, good)
                response = self.answer(good.replace(change, to).encode())
                self.assertEqual(response.status, 101)
                self.assertNotIn("sec-websocket-extensions", response.fields)

    def test_requests_that_do_not_open_a_websocket(self):
        good = upgrade_request().decode()
        for change, to in (("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12"),
                           ("Sec-WebSocket-Version: 13\r\n", ""),
                           ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""),
                           ("Upgrade: websocket\r\n", ""), ("Connection: Upgrade\r\n", ""),
                           ("GET ", "POST ")):
            with self.subTest(to or change):
                self.assertIn(change, good)
                response = self.answer(good.replace(change, to).encode())
                self.assertTrue(400 <= response.status < 500, response.status)

    def test_header_byte_by_byte(self):
        stream = Stream(self.gateway.tcp)
        self.addCleanup(stream.close)
        for byte in upgrade_request():
            stream.send(bytes([byte]))
        self.assertEqual(HttpResponse(stream).status, 101)

    def test_hello_in_one_write_with_the_handshake(self):
        stream = Stream(self.gateway.tcp)
        self.addCleanup(stream.close)
        hello = Json.encode([HELLO, "realm1", {"roles": ALL_ROLES}])
        stream.send(upgrade_request() + websocket_frame(TEXT, hello))
        self.assertEqual(HttpResponse(stream).status, 101)
        self.assertEqual(stream.read_through(b"[2,", time.monotonic() + TIMEOUT)[-3:], b"[2,")

    def test_health(self):
        answer = self.gateway.health()
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 "), answer)
        self.assertEqual(json.loads(answer.partition(b"\r\n\r\n")[2]), {"status": "ok"})

    def test_other_http_requests(self):
        for request in (b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
                        b"DELETE /health HTTP/1.1\r\nHost: x\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"):
            status = self.answer(request).status
            self.assertTrue(400 <= status < 500, (request, status))


@on_links(*WEBSOCKET)
class FrameTest(GatewayTest):
    def setUp(self):
        super().setUp()
        self.peer = self.join()
        self.stream = self.peer.link.stream
        self.opcode = TEXT if self.peer.codec.text else BINARY

    def message(self, *message):
        return self.peer.codec.encode(list(message))

    def subscribe_message(self):
        return self.message(SUBSCRIBE, self.peer.next_id(), {}, self.uri())

    def test_subprotocol(self):
        self.assertEqual(self.peer.link.protocol, f"wamp.2.{self.codec}")

    def test_wrong_frame_type(self):
        """Binary JSON, or textual MessagePack, is a violation."""
        text = b'[32,1,{},"some.topic"]'
        self.stream.send(websocket_frame(BINARY if self.peer.codec.text else TEXT, text))
        self.assert_aborted(self.peer)

    def test_fragmented_messages(self):
        for pieces in (2, 3, 7):
            data = self.subscribe_message()
            size = len(data) // pieces + 1
            parts = [data[i:i + size] for i in range(0, len(data), size)]
            for number, part in enumerate(parts):
                self.stream.send(websocket_frame(CONTINUATION if number else self.opcode, part,
                                                 fin=number == len(parts) - 1))
            self.peer.expect(SUBSCRIBED, self.peer.last_id)

    def test_fragments_of_a_byte_and_empty_ones(self):
        data = self.subscribe_message()
        frames = websocket_frame(self.opcode, b"", fin=False)
        frames += b"".join(websocket_frame(CONTINUATION, bytes([byte]), fin=False) for byte in data)
        self.stream.send(frames + websocket_frame(CONTINUATION, b""))
        self.peer.expect(SUBSCRIBED, self.peer.last_id)

    def test_pings_are_answered_with_their_payload(self):
        for payload in (b"", b"hello", bytes(range(125))):
            self.stream.send(websocket_frame(PING, payload))
            self.assertEqual(self.peer.link.receive_frame(time.monotonic() + TIMEOUT),
                             (True, PONG, payload))

    def test_a_ping_between_fragments(self):
        data = self.subscribe_message()
        self.stream.send(websocket_frame(self.opcode, data[:5], fin=False)
                         + websocket_frame(PING, b"between")
                         + websocket_frame(CONTINUATION, data[5:]))
        self.assertEqual(self.peer.link.receive_frame(time.monotonic() + TIMEOUT),
                         (True, PONG, b"between"))
        self.peer.expect(SUBSCRIBED, self.peer.last_id)

    def test_unasked_pongs_are_ignored(self):
        self.stream.send(websocket_frame(PONG, b"unasked"))
        self.peer.subscribe(self.uri())

    def test_frames_against_the_protocol(self):
        """Unmasked, reserved bits and opcodes, bad control frames, bad sequences: close 1002."""
        text = b"[]"
        for name, frames in {
            "unmasked": websocket_frame(self.opcode, text, masked=False),
            "rsv1": websocket_frame(self.opcode, text, rsv=4),
            "rsv2": websocket_frame(self.opcode, text, rsv=2),
            "rsv3": websocket_frame(self.opcode, text, rsv=1),
            "opcode 3": websocket_frame(3, text),
            "opcode 7": websocket_frame(7, text),
            "opcode 11": websocket_frame(11, text),
            "opcode 15": websocket_frame(15, text),
            "fragmented ping": websocket_frame(PING, b"", fin=False),
            "long ping": websocket_frame(PING, b"x" * 126),
            "continuation of nothing": websocket_frame(CONTINUATION, text),
            "message within a message": websocket_frame(self.opcode, text, fin=False) * 2,
            "close of one byte": websocket_frame(CLOSE, b"\x03"),
            "close 1005": websocket_frame(CLOSE, struct.pack(">H", 1005)),
            "close 999": websocket_frame(CLOSE, struct.pack(">H", 999)),
        }.items():
            with self.subTest(name):
                peer = self.join()
                peer.link.stream.send(frames)
                self.assertEqual(peer.wait_failed(), 1002)

    def test_close_is_answered(self):
        for payload in (b"", struct.pack(">H", 1000), struct.pack(">H", 1001) + b"bye"):
            with self.subTest(payload):
                peer = self.join()
                peer.link.stream.send(websocket_frame(CLOSE, payload))
                _, opcode, answer = peer.link.receive_frame(time.monotonic() + TIMEOUT)
                self.assertEqual(opcode, CLOSE)
                # The same code; to none, RFC 6455 allows 1000 as well.
                self.assertIn(answer[:2], (payload[:2], payload[:2] or struct.pack(">H", 1000)))
                peer.link.stream.read_to_end()

    def test_nothing_comes_after_the_close(self):
        other = self.join()
        topic = self.uri()
        self.peer.subscribe(topic)
        self.stream.send(websocket_frame(CLOSE, struct.pack(">H", 1000)))
        _, opcode, _ = self.peer.link.receive_frame(time.monotonic() + TIMEOUT)
        self.assertEqual(opcode, CLOSE)
        other.publish(topic)
        self.assertEqual(self.stream.read_to_end(), b"")


@on_links(*BATCHED)
class BatchTest(GatewayTest):
    def setUp(self):
        super().setUp()
        self.peer = self.join()
        self.link = self.peer.link

    def subscribe_member(self):
        return self.link.member(self.peer.codec.encode(
            [SUBSCRIBE, self.peer.next_id(), {}, self.uri()]))

    def test_subprotocol(self):
        self.assertEqual(self.link.protocol, f"wamp.2.{self.codec}.batched")

    def test_many_messages_in_one(self):
        """Both ways: what is asked for together is answered in few batches."""
        count = 500
        self.link.batches.clear()
        self.link.send_batch(b"".join(self.subscribe_member() for _ in range(count)))
        for number in range(count):
            self.peer.expect(SUBSCRIBED, number + 1)
        self.assertLess(len(self.link.batches), count / 2)

    def test_a_batch_in_fragments(self):
        batch = self.subscribe_member() + self.subscribe_member()
        opcode = TEXT if self.peer.codec.text else BINARY
        frames = websocket_frame(opcode, batch[:1], fin=False)
        frames += b"".join(websocket_frame(CONTINUATION, bytes([byte]), fin=False)
                           for byte in batch[1:])
        self.link.stream.send(frames + websocket_frame(CONTINUATION, b""))
        self.peer.expect(SUBSCRIBED, 1)
        self.peer.expect(SUBSCRIBED, 2)

    def test_events_and_large_messages_among_others(self):
        topic = self.uri()
        self.peer.subscribe(topic)
        for size in (10, 70_000, 10):
            self.peer.publish_only(topic, ["x" * size], exclude_me=False)
        for size in (10, 70_000, 10):
            self.assertEqual(len(self.peer.expect(EVENT)[4][0]), size)

    def test_pings_pass(self):
        self.link.stream.send(websocket_frame(PING, b"between"))
        self.assertEqual(self.link.receive_frame(time.monotonic() + TIMEOUT),
                         (True, PONG, b"between"))

    def test_batches_against_the_protocol(self):
        """Nothing in it, an empty message, an end in the middle of one: close 1002."""
        good = self.link.member(self.peer.codec.encode([UNSUBSCRIBE, 1, 1]))
        for name, batch in {
            "no message": b"",
            "an empty message": self.link.member(b""),
            "an empty message behind another": good + self.link.member(b""),
            "no end": good[:-1],
            "no end of the second": good + good[:-1],
            "half a length": b"\0\0",
            "a length far beyond the batch": good + b"\x7f\xff\xff\xff" + good[:-1],
        }.items():
            with self.subTest(name):
                peer = self.join()
                peer.link.send_batch(batch)
                message = peer.receive()
                if message[0] == ERROR:  # the answer to what was good
                    message = peer.receive()
                self.assertEqual(message[0], ABORT)
                self.assertEqual(message[2], VIOLATION)
                self.assertEqual(peer.wait_closed(), 1002)

    def test_a_message_that_breaks_the_protocol_in_a_batch(self):
        broken = self.peer.codec.encode(["nonsense"])
        self.link.send_batch(self.subscribe_member() + self.link.member(broken)
                             + self.subscribe_member())
        self.peer.expect(SUBSCRIBED, 1)
        self.assert_aborted(self.peer)


class Utf8Test(GatewayTest, unittest.TestCase):
    """Text frames must be UTF-8: close 1007."""

    def test_invalid_utf8(self):
        for text in (b"\xff", b"\xc3(", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
            for template in (b'[32,1,{},"a.%s"]', b'[16,1,{},"a.b",["%s"]]'):
                with self.subTest(template % text):
                    peer = self.join()
                    peer.send_bytes(template % text)
                    self.assertEqual(peer.wait_failed(), 1007)

    def test_a_character_split_between_fragments(self):
        peer = self.join()
        topic = "split.ü.topic"
        data = Json.encode([SUBSCRIBE, 1, {}, topic]).replace(b"\\u00fc", "ü".encode())
        at = data.index("ü".encode()) + 1
        peer.link.stream.send(websocket_frame(TEXT, data[:at], fin=False)
                              + websocket_frame(CONTINUATION, data[at:]))
        peer.expect(SUBSCRIBED, 1)

    def test_an_unfinished_character_at_the_end(self):
        peer = self.join()
        peer.link.stream.send(websocket_frame(TEXT, b'["\xe2\x82'))
        self.assertEqual(peer.wait_failed(), 1007)
