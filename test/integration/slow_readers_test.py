"""Peers that never read, while others work: bounded memory, nobody slowed, nothing lost silently."""

import collections
import time

from gateway import wait_until
from gateway_test_case import GatewayTestCase
from wamp_client import *

MIB = 2**20
QUEUE = 4 * MIB
CHUNK = "x" * 60000  # with a header, well used in the size classes of any allocator
LATENCY = 10  # seconds; what "not slowed" is held against on a busy machine under sanitizers


def bound_of(queues):
    """Bytes for full queues, with what an allocator wastes and keeps for each thread."""
    return queues * QUEUE * 1.2 + 4 * MIB


class SlowReaderTest(GatewayTestCase):
    def setUp(self):
        self.gateway = self.start(
            limits={"write_queue_bytes": QUEUE, "ping_interval_ms": 0, "close_timeout_ms": 500},
            more={"shutdown_timeout_ms": 1000},
            environment={"ASAN_OPTIONS": "quarantine_size_mb=1"})
        self.good_caller, self.good_callee = self.gateway.join(), self.gateway.join()

    def assert_others_work(self, calls=20):
        self.assertLess(self.call_between(self.good_caller, self.good_callee, calls), LATENCY)

    def never_reading(self, **options):
        return self.gateway.join(receive_buffer=4096, answer_pings=False, **options)

    def warm_up(self):
        """What the gateway uses when it works, with readers, so that growth is not start-up."""
        publisher, subscriber = self.gateway.join(), self.gateway.join()
        topic = self.uri()
        subscriber.subscribe(topic)
        for _ in range(100):
            publisher.publish(topic, [CHUNK])
            subscriber.expect(EVENT)
        return self.gateway.resident_bytes()

    def test_subscribers(self):
        """Their queues stay within their bounds; a subscriber that reads gets every event."""
        before = self.warm_up()
        publisher, reader = self.gateway.join(), self.gateway.join(codec="cbor")
        topics = [self.uri() for _ in range(6)]
        for number, topic in enumerate(topics):
            sleeper = self.never_reading(transport=("websocket", "tcp", "unix")[number % 3])
            sleeper.subscribe(topic)
            reader.subscribe(topic)
        rounds = 200  # 12 MB for each that sleeps, of which the kernel takes some
        for number in range(rounds):
            for topic in topics:
                publisher.publish(topic, [number, CHUNK])
                self.assertEqual(reader.expect(EVENT)[4][0], number)
            if number % 20 == 0:
                self.assert_others_work(2)
        growth = self.gateway.resident_bytes() - before
        self.assertLess(growth, bound_of(len(topics)))  # without any it would be 72 MB
        self.assert_others_work()

    def test_a_subscriber_that_reads_again(self):
        """It goes on with events in order, of which some may be missing, and is not ended."""
        publisher, sleeper = self.gateway.join(), self.never_reading()
        topic = self.uri()
        sleeper.subscribe(topic)
        for number in range(300):
            publisher.publish(topic, [number, CHUNK])
        seen = [sleeper.expect(EVENT)[4][0]]
        # The first that is published after there is room again ends the search.
        while seen[-1] != "end":
            publisher.publish(topic, ["end"])
            while seen[-1] != "end":
                try:
                    seen.append(sleeper.receive(timeout=0.5)[4][0])
                except TimeoutError:
                    break
        numbers = seen[:seen.index("end")]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(numbers[0], 0)

    def test_a_callee(self):
        """Every call to it has exactly one answer, at the latest when it goes."""
        before = self.warm_up()
        caller, callee = self.gateway.join(), self.never_reading()
        procedure = self.uri()
        callee.register(procedure)
        calls = 400  # 24 MB
        messages = [[CALL, 1 + i, {}, procedure, [CHUNK]] for i in range(calls)]
        caller.last_id = calls
        sent = self.background(lambda: [caller.send(*message) for message in messages])
        self.assert_others_work(50)
        self.assertLess(self.gateway.resident_bytes() - before, bound_of(2))
        callee.close()
        answers = collections.Counter()
        for _ in range(calls):
            answer = caller.expect(ERROR, CALL)
            self.assertTrue(answer[4].startswith("wamp.error."), answer[4])
            answers[answer[2]] += 1
        sent()
        self.assertEqual(answers, collections.Counter(range(1, calls + 1)))
        self.assert_error_of_missing(caller, procedure)
        self.assert_others_work()

    def assert_error_of_missing(self, caller, procedure):
        self.assertEqual(caller.call(procedure)[4], "wamp.error.no_such_procedure")

    def test_a_caller(self):
        """Results that it does not take stay within the bound, and its callee serves others."""
        before = self.warm_up()
        caller, callee, other = self.never_reading(), self.gateway.join(), self.gateway.join()
        procedure = self.uri()
        callee.register(procedure)
        calls = 400
        caller.send_all([[CALL, 1 + i, {}, procedure] for i in range(calls)])

        def answer(message):
            callee.send(YIELD, message[1], {}, [CHUNK])
        answered = 0
        while answered < calls:
            try:
                message = callee.receive(timeout=2)
            except TimeoutError:
                break  # the caller was cut off, or is not heard any more
            if message[0] == INVOCATION:
                answered += 1
                answer(message)
        self.assertGreater(answered, QUEUE // len(CHUNK))
        for number in range(20):
            started = time.monotonic()
            request = other.start_call(procedure, [number])
            while (message := callee.receive())[0] != INVOCATION or len(message) == 4:
                pass
            callee.send(YIELD, message[1], {}, [number])
            self.assertEqual(other.receive(), [RESULT, request, {}, [number]])
            self.assertLess(time.monotonic() - started, LATENCY)
        self.assertLess(self.gateway.resident_bytes() - before, bound_of(2))
        self.assert_others_work()

    def test_disconnect_as_policy(self):
        """A subscriber that does not take its events is cut off, if so configured."""
        gateway = self.start(limits={"write_queue_bytes": MIB, "on_overflow": "disconnect",
                                     "ping_interval_ms": 0, "close_timeout_ms": 200})
        publisher, sleeper = gateway.join(), gateway.join(receive_buffer=4096)
        topic, procedure = self.uri(), self.uri()
        sleeper.subscribe(topic)
        sleeper.register(procedure)

        def is_gone():
            publisher.publish(topic, [CHUNK])
            return publisher.request(REGISTER, {}, procedure)[0] == REGISTERED
        wait_until(is_gone, "the end of the subscriber that does not read")

    def test_drop_oldest_event_as_policy(self):
        """What is left is in order, and the newest is there."""
        gateway = self.start(limits={"write_queue_bytes": MIB, "on_overflow": "drop_oldest_event",
                                     "ping_interval_ms": 0})
        publisher, sleeper = gateway.join(), gateway.join(receive_buffer=4096)
        topic = self.uri()
        sleeper.subscribe(topic)
        for number in range(300):
            publisher.publish(topic, [number, CHUNK])
        numbers = [sleeper.expect(EVENT)[4][0]]
        while numbers[-1] != 299:
            numbers.append(sleeper.expect(EVENT)[4][0])
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertLess(len(numbers), 300)
