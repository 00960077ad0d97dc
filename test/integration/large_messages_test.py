"""Messages that are decoded beside their session's thread: nothing passes them, nothing is lost."""

import itertools

from gateway_test_case import GatewayTestCase
from wamp_client import *

LARGE = 1_000_000
SENDERS = (("websocket", "json"), ("tcp", "msgpack"), ("websocket", "cbor"))


class LargeMessagesTest(GatewayTestCase):
    def setUp(self):
        self.gateway = self.start()

    def test_large_and_small_events_keep_their_order(self):
        for (transport, codec), receiver in itertools.product(SENDERS, FORMATS):
            with self.subTest(sender=codec, receiver=receiver):
                publisher = self.gateway.join(transport=transport, codec=codec)
                subscriber = self.gateway.join(codec=receiver)
                topic = self.uri()
                subscriber.subscribe(topic)
                sizes = [1, LARGE, 1, 1, LARGE, LARGE, 1]
                sent = self.background(lambda: publisher.send_all(
                    [[PUBLISH, 1 + i, {}, topic, [i, "x" * size]] for i, size in enumerate(sizes)]))
                for number, size in enumerate(sizes):
                    self.assertEqual(subscriber.expect(EVENT)[4], [number, "x" * size])
                sent()

    def test_large_calls_and_results(self):
        for (transport, codec), other in itertools.product(SENDERS, FORMATS):
            with self.subTest(caller=codec, callee=other):
                caller = self.gateway.join(transport=transport, codec=codec)
                callee = self.gateway.join(codec=other)
                procedure = self.uri()
                callee.register(procedure)
                question, answer = "q" * LARGE, "a" * (LARGE + 1)
                request = caller.start_call(procedure, [question])
                invocation = callee.expect(INVOCATION)
                self.assertEqual(invocation[4], [question])
                callee.send(YIELD, invocation[1], {}, [answer], {"n": 1})
                self.assertEqual(caller.receive(), [RESULT, request, {}, [answer], {"n": 1}])

    def test_what_was_sent_before_the_end_arrives(self):
        """Whoever publishes and is gone at once has published."""
        for transport, codec in SENDERS:
            with self.subTest(codec=codec):
                publisher = self.gateway.join(transport=transport, codec=codec)
                subscriber = self.gateway.join()
                topic = self.uri()
                subscriber.subscribe(topic)
                publisher.send_all([[PUBLISH, 1, {}, topic, ["x" * LARGE]],
                                    [PUBLISH, 2, {}, topic, ["last"]]])
                publisher.close()
                self.gateway.peers.remove(publisher)
                self.assertEqual(subscriber.expect(EVENT)[4], ["x" * LARGE])
                self.assertEqual(subscriber.expect(EVENT)[4], ["last"])

    def test_goodbye_behind_a_large_message(self):
        publisher, subscriber = self.gateway.join(), self.gateway.join()
        topic = self.uri()
        subscriber.subscribe(topic)
        publisher.send_all([[PUBLISH, 1, {"acknowledge": True}, topic, ["x" * LARGE]],
                            [GOODBYE, {}, "wamp.close.normal"]])
        publisher.expect(PUBLISHED, 1)
        publisher.expect(GOODBYE)
        subscriber.expect(EVENT)

    def test_a_malformed_large_message_ends_its_session_alone(self):
        hostile, other = self.gateway.join(), self.gateway.join()
        text = b'[16,1,{},"com.topic",["' + b"x" * LARGE + b'",}]]'
        hostile.link.send(text)
        hostile.send(PUBLISH, 2, {}, "com.topic", ["never"])
        abort = hostile.expect(ABORT)
        self.assertEqual(abort[2], "wamp.error.protocol_violation")
        self.assertIn(f"at byte {len(text) - 3}", abort[1]["message"])
        self.call_between(other, other)

    def test_peers_killed_in_the_middle_of_a_frame(self):
        """By RST, on either side of a call and of an event; everybody else goes on."""
        for transport, codec in SENDERS:
            with self.subTest(codec=codec):
                callee, caller = self.gateway.join(), self.gateway.join()
                subscriber = self.gateway.join()
                procedure, topic = self.uri(), self.uri()
                callee.register(procedure)
                subscriber.subscribe(topic)
                for size in (100, LARGE):
                    victim = self.gateway.join(transport=transport, codec=codec)
                    frame = victim.link.frame(victim.codec.encode(
                        [CALL, 1, {}, procedure, ["x" * size]]))
                    victim.link.stream.send(frame[:len(frame) // 2])
                    victim.link.stream.reset()
                    self.gateway.peers.remove(victim)
                # Dead while a large message is on its way to it.
                victim = self.gateway.join(transport=transport, codec=codec)
                victim.subscribe(topic)
                caller.send(PUBLISH, caller.next_id(), {}, topic, ["x" * LARGE])
                victim.link.stream.read(1000, time.monotonic() + TIMEOUT)
                victim.link.stream.reset()
                self.gateway.peers.remove(victim)
                self.assertEqual(subscriber.expect(EVENT)[4], ["x" * LARGE])
                self.assertEqual(self.call_between(caller, callee) < TIMEOUT, True)
