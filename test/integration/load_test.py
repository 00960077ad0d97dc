"""Much at once: nothing that was accepted is refused or lost."""

import time

from gateway_test_case import GatewayTestCase
from wamp_client import *


class LoadTest(GatewayTestCase):
    threads = 1

    def setUp(self):
        self.gateway = self.start(more={"threads": self.threads})

    def assert_all_answered(self, callers, calls):
        """calls calls of each caller wait at one callee at the same time."""
        callee = self.gateway.join(codec="msgpack")
        procedure = self.uri()
        callee.register(procedure)
        for caller in callers:
            caller.send_all([[CALL, 1 + i, {}, procedure, [caller.session, i]] for i in range(calls)])
        invocations = [callee.expect(INVOCATION) for _ in range(calls * len(callers))]
        callee.send_all([[YIELD, message[1], {}, message[4]] for message in reversed(invocations)])
        for caller in callers:
            results = [caller.expect(RESULT) for _ in range(calls)]
            for _, request, _, args in results:
                self.assertEqual(args, [caller.session, request - 1])
            self.assertEqual(sorted(result[1] for result in results), list(range(1, calls + 1)))

    def test_3200_outstanding_calls_of_one_caller(self):
        self.assert_all_answered([self.gateway.join()], 3200)

    def test_3200_outstanding_calls_of_32_callers(self):
        self.assert_all_answered([self.gateway.join(codec=("json", "cbor")[i % 2])
                                  for i in range(32)], 100)

    def test_more_pending_calls_than_allowed(self):
        """Each one more is answered with an ERROR; the others, and the session, are not hurt."""
        gateway = self.start(realms=({"name": "realm1", "max_pending_calls": 10},))
        caller, callee = gateway.join(), gateway.join()
        procedure = self.uri()
        callee.register(procedure)
        for i in range(15):
            caller.start_call(procedure, [i])
        for request in range(11, 16):
            caller.expect(ERROR, CALL, request)
        for i in range(10):
            invocation = callee.expect(INVOCATION)
            callee.send(YIELD, invocation[1], {}, invocation[4])
            self.assertEqual(caller.receive(), [RESULT, i + 1, {}, [i]])
        self.call_between(caller, callee)

    def test_a_burst_of_20000_events(self):
        """Nothing is lost for subscribers that read, and the order is kept."""
        publisher = self.gateway.join()
        subscribers = [self.gateway.join(transport="tcp", codec=codec) for codec in ("json", "msgpack")]
        topic = self.uri()
        for subscriber in subscribers:
            subscriber.subscribe(topic)
        sent = self.background(lambda: publisher.send_all(
            [[PUBLISH, 1 + i, {}, topic, [i, "some payload"]] for i in range(20000)]))
        for subscriber in subscribers:
            for number in range(20000):
                self.assertEqual(subscriber.expect(EVENT)[4][0], number)
        sent()

    def test_a_burst_of_publishers(self):
        publishers = [self.gateway.join() for _ in range(10)]
        subscriber = self.gateway.join(codec="cbor")
        topic = self.uri()
        subscriber.subscribe(topic)
        for number, publisher in enumerate(publishers):
            publisher.send_all([[PUBLISH, 1 + i, {}, topic, [number, i]] for i in range(1000)])
        seen = {number: [] for number in range(10)}
        for _ in range(10000):
            number, i = subscriber.expect(EVENT)[4]
            seen[number].append(i)
        for numbers in seen.values():
            self.assertEqual(numbers, list(range(1000)))

    def test_many_sessions_come_and_go(self):
        """Nothing of them is left: no memory to speak of, no registration."""
        def once(count):
            peers = [self.gateway.join(transport=("websocket", "tcp", "unix")[i % 3])
                     for i in range(count)]
            for peer in peers:
                peer.subscribe("shared.topic")
                peer.register(f"own.procedure.n{peers.index(peer)}")
            peers[0].publish("shared.topic", ["x" * 1000])
            for number, peer in enumerate(peers):
                if number % 2:
                    peer.leave()
                peer.close()
            self.gateway.peers.clear()
        watcher = self.gateway.join()
        once(100)
        before = self.gateway.resident_bytes()
        for _ in range(5):
            deadline = time.monotonic() + TIMEOUT
            for number in range(100):
                while (answer := watcher.request(REGISTER, {}, f"own.procedure.n{number}"))[0] == ERROR:
                    self.assertLess(time.monotonic(), deadline, "a registration was left over")
                watcher.unregister(answer[2])
            self.gateway.peers.append(watcher)
            once(100)
        self.assertLess(self.gateway.resident_bytes() - before, 64 * 2**20)


class LoadOnTwoThreadsTest(LoadTest):
    """The same, with sessions, broker and dealer on different threads."""

    threads = 2


class LoadOnFourThreadsTest(LoadTest):
    threads = 4
