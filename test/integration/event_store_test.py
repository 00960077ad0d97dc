"""Events in a file: what was acknowledged is there when the gateway is killed and starts again."""

import os
import pathlib
import resource
import tempfile

from gateway import run_to_end
from gateway_test_case import GatewayTestCase
from wamp_client import *

TOPIC = "com.example.news"


class EventStoreTest(GatewayTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="wamp-event-store-test-")
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "events")

    def start_with_store(self, path=None, **options):
        return self.start(realms=[{
            "name": "realm1",
            "event_store": {"path": self.path if path is None else path},
            "event_history": [{"uri": "com.example.", "match": "prefix", "max_events": 100000},
                              {"uri": TOPIC, "max_events": 10}],
        }], **options)

    def past(self, gateway, uri="com.example.", match="prefix"):
        """All that is kept, by as many questions as that takes."""
        reader = gateway.join()
        subscription = reader.subscribe(uri, match=match)
        events, query = [], {}
        while True:
            answer = reader.call("wamp.subscription.get_events", [subscription], query)
            self.assertEqual(answer[0], RESULT, answer)
            page = answer[3] if len(answer) > 3 else []
            if not page:
                reader.close()
                return events
            events += page
            query = {"after_publication": page[-1]["publication"]}

    def retained(self, gateway, topic=TOPIC):
        reader = gateway.join()
        reader.subscribe(topic, get_retained=True)
        event = reader.expect(EVENT)
        self.assertTrue(event[3]["retained"])
        reader.close()
        return event[4][0]

    @staticmethod
    def publish_many(peer, numbers):
        """Acknowledged, without waiting; returns their requests."""
        requests = {}
        for number in numbers:
            requests[peer.next_id()] = number
        peer.send_all([PUBLISH, request, {"acknowledge": True, "retain": True}, TOPIC, [number]]
                      for request, number in requests.items())
        return requests


class KillTest(EventStoreTest):
    def test_what_was_acknowledged_is_there_after_a_kill(self):
        acknowledged = {}  # number: publication
        first = 0
        for codec in ("json", "cbor", "msgpack", "json", "cbor"):
            gateway = self.start_with_store()
            if acknowledged:
                self.check(gateway, acknowledged)
            publisher = gateway.join(codec=codec)
            requests, wanted = {}, 150
            while True:
                requests.update(self.publish_many(publisher, range(first, first + 50)))
                first += 50
                while wanted > 0 and len(requests) > 20:
                    message = publisher.expect(PUBLISHED)
                    acknowledged[requests.pop(message[1])] = message[2]
                    wanted -= 1
                if wanted <= 0:
                    break
            # In the middle of it.
            gateway.process.kill()
            gateway.wait()
            try:
                while True:
                    message = publisher.expect(PUBLISHED)
                    acknowledged[requests.pop(message[1])] = message[2]
            except (Closed, OSError):
                pass
            gateway.kill()
        self.assertGreaterEqual(len(acknowledged), 5 * 150)
        self.check(self.start_with_store(), acknowledged)

    def check(self, gateway, acknowledged):
        events = self.past(gateway)
        there = {event["args"][0]: event["publication"] for event in events}
        missing = {number for number, publication in acknowledged.items()
                   if there.get(number) != publication}
        self.assertEqual(missing, set())
        numbers = [event["args"][0] for event in events]
        self.assertEqual(numbers, sorted(numbers))
        self.assertGreaterEqual(self.retained(gateway), max(acknowledged))
        latest = [event["args"][0] for event in self.past(gateway, TOPIC, "exact")]
        self.assertEqual(latest, numbers[-10:])

    def test_an_orderly_end(self):
        gateway = self.start_with_store()
        publisher = gateway.join()
        for number in range(5):
            publisher.publish_only(TOPIC, [number], retain=True)  # nobody waits for these
        publisher.publish("com.example.other", [99])
        gateway.stop()
        gateway = self.start_with_store()
        self.assertEqual([event["args"] for event in self.past(gateway)],
                         [[0], [1], [2], [3], [4], [99]])
        self.assertEqual(self.retained(gateway), 4)


class FailureTest(EventStoreTest):
    def test_a_full_disk(self):
        """Who wants it kept gets an ERROR; everybody else is served on, and so is who comes when
        there is room again."""
        gateway = self.start_with_store()
        publisher, subscriber = gateway.join(), gateway.join()
        publisher.publish(TOPIC, ["before"], retain=True)
        subscriber.subscribe("org.plain")
        # As a disk that is full, without one.
        pid = gateway.process.pid
        usual = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (64 << 10, usual[1]))
        answer = publisher.request(PUBLISH, {"acknowledge": True, "retain": True}, TOPIC,
                                   ["x" * 200_000])
        self.assertEqual([answer[:2], answer[4]], [[ERROR, PUBLISH], "wamp.error.unavailable"])
        publisher.publish("org.plain", [1])
        self.assertEqual(subscriber.expect(EVENT)[4], [1])
        self.assertEqual([event["args"] for event in self.past(gateway)], [["before"]])
        self.assert_serves(gateway)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, usual)
        publisher.publish(TOPIC, ["after"], retain=True)
        self.assertEqual([event["args"] for event in self.past(gateway)], [["before"], ["after"]])
        self.assertEqual(gateway.log().count(f"event store {self.path}"), 2)


class StartTest(EventStoreTest):
    """A file that cannot be opened: code 2, and where its name stands."""

    def refused(self, path, realms=()):
        config = os.path.join(os.path.dirname(self.path), "config.json")
        pathlib.Path(config).write_text(
            '{"listeners": [{"listen": "127.0.0.1:0"}], "realms": [{"name": "realm1",\n'
            f'  "event_store": {{ "path": "{path}" }}}}]}}', encoding="utf-8")
        arguments = [word for realm in realms for word in ("--realm", realm)]
        ended = run_to_end("--config", config, *arguments)
        self.assertEqual(ended.returncode, 2, ended.stderr)
        place, _, reason = ended.stderr.strip().partition(": realms[0].event_store.path: ")
        self.assertEqual(place, f"{config}:2:28")
        self.assertEqual(run_to_end("--check", "--config", config).returncode, 0)
        return reason

    def test_no_folder(self):
        path = "/no/such/folder/events"
        self.assertEqual(self.refused(path), f"{path} cannot be opened: unable to open database file")

    def test_no_database(self):
        pathlib.Path(self.path).write_bytes(b"x" * 10_000)
        self.assertEqual(self.refused(self.path),
                         f"{self.path} cannot be opened: file is not a database")

    def test_two_gateways(self):
        gateway = self.start_with_store()
        locked = f"{self.path} cannot be opened: database is locked"
        self.assertEqual(self.refused(self.path), locked)
        self.assert_serves(gateway)

    def test_two_realms(self):
        self.assertEqual(self.refused(self.path, ["a", "b"]),
                         f"{self.path} cannot be opened: database is locked")

    def test_in_memory(self):
        gateway = self.start_with_store(path="")
        gateway.join().publish(TOPIC, [1], retain=True)
        self.assertEqual([event["args"] for event in self.past(gateway)], [[1]])
        self.assertEqual(self.retained(gateway), 1)
