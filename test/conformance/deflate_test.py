"""permessage-deflate (RFC 7692): what is agreed on, what is sent, and what nobody may send. The
peers are Python's zlib, by hand, and Debian's autobahn."""

import asyncio
import struct
import time
import unittest

from conformance import on_links
from conformance import GatewayTest as AnyGatewayTest
from gateway import Gateway
from wamp_client import *

try:
    import txaio
    txaio.use_asyncio()
    from autobahn.asyncio.wamp import ApplicationSession
    from autobahn.asyncio.websocket import WampWebSocketClientFactory
    from autobahn.wamp import types
    from autobahn.wamp.serializer import CBORSerializer, JsonSerializer
    from autobahn.websocket.compress import (PerMessageDeflateOffer, PerMessageDeflateResponse,
                                             PerMessageDeflateResponseAccept)
    AUTOBAHN = True
except ImportError:
    AUTOBAHN = False

MIB = 1 << 20
BOTH = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

_gateway = None


def setUpModule():
    global _gateway
    _gateway = Gateway(listener={"deflate": True}, limits={"max_message_bytes": MIB})


def tearDownModule():
    _gateway.stop()


class GatewayTest(AnyGatewayTest):
    """On a gateway that compresses."""

    def setUp(self):
        self.gateway = _gateway

    def tearDown(self):
        self.assertTrue(self.gateway.is_running(), "the gateway has crashed")
        self.gateway.close_peers()


class NegotiationTest(GatewayTest, unittest.TestCase):
    def agreed(self, *offers):
        stream = Stream(self.gateway.tcp)
        self.addCleanup(stream.close)
        stream.send(upgrade_request(more=["Sec-WebSocket-Extensions: " + o for o in offers]))
        response = HttpResponse(stream)
        self.assertEqual(response.status, 101)
        return response.fields.get("sec-websocket-extensions")

    def test_offers(self):
        narrow = BOTH + "; server_max_window_bits=10"
        for offer, answer in (
                ("permessage-deflate", BOTH),
                ("permessage-deflate; client_max_window_bits", BOTH),
                ("permessage-deflate; client_no_context_takeover; server_no_context_takeover", BOTH),
                ("permessage-deflate; server_max_window_bits=10", narrow),
                ("x-other; a=1, permessage-deflate", BOTH),
                ("permessage-deflate; server_max_window_bits=8", None),
                ("permessage-deflate; server_max_window_bits=7", None),
                ("permessage-deflate; server_max_window_bits", None),
                ("permessage-deflate; server_max_window_bits=", None),
                ("permessage-deflate; client_max_window_bits=16", None),
                ("permessage-deflate; client_max_window_bits; client_max_window_bits", None),
                ("permessage-deflate; server_no_context_takeover=1", None),
                ("permessage-deflate; mystery, permessage-deflate; server_max_window_bits=10",
                 narrow),
                ("permessage-deflate;", None), ("x-webkit-deflate-frame", None)):
            with self.subTest(offer):
                self.assertEqual(self.agreed(offer), answer)

    def test_offers_in_several_lines(self):
        self.assertEqual(self.agreed("permessage-deflate; mystery", "permessage-deflate"), BOTH)

    def test_who_offers_nothing_gets_nothing_compressed(self):
        peer, other = self.join(), self.gateway.join(transport="deflate")
        self.assertIsNone(peer.link.extensions)
        topic = self.uri()
        peer.subscribe(topic)
        other.publish(topic, ["x" * 10_000])
        self.assertEqual(peer.expect(EVENT)[4], ["x" * 10_000])  # its link knows no reserved bits
        peer.link.stream.send(websocket_frame(TEXT, deflated(b"[32,2,{},\"a.b\"]"), rsv=4))
        self.assertEqual(peer.wait_failed(), 1002)


@on_links(*(("deflate", codec) for codec in FORMATS))
class MessageTest(GatewayTest):
    def setUp(self):
        super().setUp()
        self.peer = self.join()
        self.link = self.peer.link
        self.opcode = TEXT if self.peer.codec.text else BINARY

    def echo(self, peer, size):
        """An event of that size to oneself."""
        topic = self.uri()
        peer.subscribe(topic)
        peer.publish_only(topic, ["ab" * (size // 2)], exclude_me=False)
        self.assertEqual(peer.expect(EVENT)[4], ["ab" * (size // 2)])

    def test_large_messages_are_compressed_and_small_ones_are_not(self):
        self.link.sizes.clear()
        self.echo(self.peer, 100)
        self.assertEqual(self.link.sizes, [])
        for size in (1000, 10_000, 500_000):
            self.link.sizes.clear()
            self.echo(self.peer, size)
            (small, large), = self.link.sizes
            self.assertLess(small, size / 5)
            self.assertGreater(large, size)

    def test_messages_without_compression_among_others(self):
        frame = WebSocketLink.frame
        for number in range(3):
            data = self.peer.codec.encode([SUBSCRIBE, self.peer.next_id(), {}, self.uri()])
            self.link.stream.send(frame(self.link, data) if number % 2 else self.link.frame(data))
            self.peer.expect(SUBSCRIBED, self.peer.last_id)

    def test_one_event_for_many_subscribers(self):
        topic = self.uri()
        others = [self.join() for _ in range(5)] + [self.gateway.join(codec=self.codec)]
        for other in others:
            other.subscribe(topic)
        for text in ("x" * 5000, "y" * 5000, "z" * 10):
            self.peer.publish(topic, [text])
            for other in others:
                self.assertEqual(other.expect(EVENT)[4], [text])

    def test_a_narrow_window_is_kept_to(self):
        narrow = self.connect(offer="permessage-deflate; server_max_window_bits=9")
        narrow.link.bits = 9  # Python's zlib refuses what looks back further
        narrow.join()
        words = "".join(f"[{number * 7919 % 1000}]" for number in range(5000))
        topic = self.uri()
        narrow.subscribe(topic)
        self.peer.publish(topic, [words * 2])
        self.assertEqual(narrow.expect(EVENT)[4], [words * 2])
        self.assertTrue(narrow.link.sizes)

    def test_fragments_with_pings_between_them(self):
        packed = deflated(self.peer.codec.encode(
            [SUBSCRIBE, self.peer.next_id(), {}, self.uri("a" * 300)]))
        frames = websocket_frame(self.opcode, packed[:1], fin=False, rsv=4)
        frames += websocket_frame(PING, b"between")
        frames += b"".join(websocket_frame(CONTINUATION, packed[at:at + 1], fin=False)
                           for at in range(1, len(packed)))
        self.link.stream.send(frames + websocket_frame(CONTINUATION, b""))
        self.assertEqual(self.link.receive_frame(time.monotonic() + TIMEOUT),
                         (True, PONG, b"between"))
        self.peer.expect(SUBSCRIBED, self.peer.last_id)

    def test_the_bit_where_it_may_not_be(self):
        part = deflated(b"x" * 100)
        for name, frames in {
            "in a ping": websocket_frame(PING, b"", rsv=4),
            "in a close": websocket_frame(CLOSE, struct.pack(">H", 1000), rsv=4),
            "in a continuation": websocket_frame(self.opcode, part, fin=False, rsv=4)
                                 + websocket_frame(CONTINUATION, b"", rsv=4),
            "with another": websocket_frame(self.opcode, part, rsv=6),
            "another": websocket_frame(self.opcode, part, rsv=2),
        }.items():
            with self.subTest(name):
                peer = self.join()
                peer.link.stream.send(frames)
                self.assertEqual(peer.wait_failed(), 1002)

    def test_corrupt_data(self):
        good = deflated(self.peer.codec.encode([SUBSCRIBE, 1, {}, "a.b" * 200]))
        for name, data in {"no blocks": b"\xff\xff\xff\xff", "nothing": b"", "torn": good[:-2],
                           "more behind the last block": b"\x03\x00" + good}.items():
            with self.subTest(name):
                peer = self.join()
                peer.link.stream.send(websocket_frame(self.opcode, data, rsv=4))
                self.assertEqual(peer.wait_failed(), 1007)

    def test_bombs(self):
        """What inflates to more than a message may have is given up early."""
        bomb = deflated(bytes(200 * MIB))
        self.assertLess(len(bomb), MIB / 4)
        before = self.gateway.resident_bytes()
        for _ in range(5):
            peer = self.join()
            peer.link.stream.send(websocket_frame(self.opcode, bomb, rsv=4))
            self.assertEqual(peer.wait_failed(), 1009)
        self.assertLess(self.gateway.resident_bytes() - before, 50 * MIB)

    def test_the_limit_holds_for_what_it_was(self):
        peer = self.join()
        peer.send(PUBLISH, 1, {"acknowledge": True}, "a.b", ["x" * (MIB - 200)])
        peer.expect(PUBLISHED, 1)
        peer.send(PUBLISH, 2, {"acknowledge": True}, "a.b", ["x" * MIB])
        self.assertEqual(peer.wait_failed(), 1009)

    def test_together_with_batches(self):
        peer = self.connect(protocols=[f"wamp.2.{self.codec}.batched"])
        self.assertEqual(peer.link.extensions, BOTH)
        member = lambda data: BatchedLink.member(peer.link, data)  # noqa: E731
        hello = peer.codec.encode([HELLO, "realm1", {"roles": ALL_ROLES}])
        peer.link.send(member(hello))
        batch = peer.link.receive(time.monotonic() + TIMEOUT)
        welcome, = BatchedLink.split(peer.link, batch)
        self.assertEqual(peer.codec.decode(welcome)[0], WELCOME)
        peer.link.sizes.clear()
        peer.link.send(b"".join(
            member(peer.codec.encode([SUBSCRIBE, number, {}, self.uri()]))
            for number in range(1, 101)))
        answers = []
        while len(answers) < 100:
            answers += BatchedLink.split(peer.link, peer.link.receive(time.monotonic() + TIMEOUT))
        self.assertEqual([peer.codec.decode(a)[:2] for a in answers],
                         [[SUBSCRIBED, number] for number in range(1, 101)])
        self.assertTrue(peer.link.sizes)


@unittest.skipUnless(AUTOBAHN, "python3-autobahn is not there")
class AutobahnTest(GatewayTest, unittest.TestCase):
    """Messages there and back with a foreign implementation of all of it."""

    def echo(self, serializer, offer):
        texts = ["small", "ab" * 5000, "".join(str(n * n) for n in range(30_000))]
        loop = asyncio.new_event_loop()
        done = loop.create_future()

        class Session(ApplicationSession):
            async def onJoin(self, details):
                got = []

                def on_event(text):
                    got.append(text)
                    if len(got) == len(texts):
                        done.set_result((got, self._transport))
                await self.subscribe(on_event, "com.example.echo")
                for text in texts:
                    self.publish("com.example.echo", text,
                                 options=types.PublishOptions(exclude_me=False))

            def onLeave(self, details):
                pass  # it would tell the console

            def onDisconnect(self):
                if not done.done():
                    done.set_exception(ConnectionError("the connection was lost"))

        async def run():
            txaio.config.loop = loop
            factory = WampWebSocketClientFactory(
                lambda: Session(types.ComponentConfig("realm1")),
                url=f"ws://127.0.0.1:{self.gateway.port}/ws", serializers=[serializer])

            def accept(response):
                if isinstance(response, PerMessageDeflateResponse):
                    return PerMessageDeflateResponseAccept(response)
                return None
            factory.setProtocolOptions(perMessageCompressionOffers=[offer],
                                       perMessageCompressionAccept=accept)
            transport, _ = await loop.create_connection(factory, *self.gateway.tcp)
            try:
                return await asyncio.wait_for(done, TIMEOUT)
            finally:
                transport.abort()
        try:
            got, transport = loop.run_until_complete(run())
        finally:
            loop.close()
        self.assertEqual(got, texts)
        self.assertIsNotNone(transport._perMessageCompress, "nothing was agreed on")

    def test_every_kind_of_offer(self):
        for serializer in (JsonSerializer, CBORSerializer):
            for bits in (0, 9, 15):
                for no_context in (False, True):
                    with self.subTest(f"{serializer.__name__} {bits} {no_context}"):
                        self.echo(serializer(), PerMessageDeflateOffer(
                            request_no_context_takeover=no_context, request_max_window_bits=bits))
