"""Processes: killed clients, signals, descriptors, sockets, the command line and its file."""

import json
import os
import pathlib
import signal
import socket
import tempfile
import time
import unittest

from gateway import run_to_end
from gateway_test_case import GatewayTestCase
from wamp_client import *

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "apps" / "gateway" / "example.json"


class KilledClientTest(GatewayTestCase):
    """Clients in processes of their own that end by SIGKILL."""

    def setUp(self):
        self.gateway = self.start()

    def fork(self, client):
        """Runs client(report) in a child process; returns its id once it has reported."""
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                client(lambda: os.write(theirs, b"x"))
            finally:
                os._exit(1)
        os.close(theirs)
        self.addCleanup(self.kill, child)
        self.assertEqual(os.read(ours, 1), b"x", "the child failed")
        os.close(ours)
        return child

    @staticmethod
    def kill(child):
        try:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        except (ProcessLookupError, ChildProcessError):
            pass

    def test_a_callee(self):
        """Within a second its callers are answered and its procedure is free."""
        for transport in ("websocket", "tcp", "unix"):
            with self.subTest(transport):
                procedure = self.uri()

                def client(report):
                    callee = self.gateway.join(transport=transport)
                    callee.register(procedure)
                    report()
                    while True:
                        callee.receive()
                caller, witness = self.gateway.join(), self.gateway.join()
                child = self.fork(client)
                requests = [caller.start_call(procedure) for _ in range(10)]
                # Behind them in the dealer's queue: when it is answered, so are they under way.
                witness.call(self.uri())
                self.kill(child)
                started = time.monotonic()
                for _ in requests:
                    answer = caller.receive()
                    self.assertEqual([answer[:2], answer[4]], [[ERROR, CALL], "wamp.error.canceled"])
                caller.register(procedure)
                self.assertLess(time.monotonic() - started, 1)

    def test_a_caller(self):
        """Its callee is interrupted, and its late answer does no harm."""
        for transport in ("websocket", "tcp", "unix"):
            with self.subTest(transport):
                callee = self.gateway.join()
                procedure = self.uri()
                callee.register(procedure)

                def client(report):
                    caller = self.gateway.join(transport=transport)
                    caller.start_call(procedure)
                    report()
                    while True:
                        caller.receive()
                child = self.fork(client)
                invocation = callee.expect(INVOCATION)[1]
                self.kill(child)
                started = time.monotonic()
                callee.expect(INTERRUPT, invocation)
                self.assertLess(time.monotonic() - started, 1)
                callee.send(YIELD, invocation, {})
                self.call_between(self.gateway.join(), callee)

    def test_a_subscriber_and_a_publisher(self):
        topic = self.uri()

        def subscriber_client(report):
            subscriber = self.gateway.join()
            subscriber.subscribe(topic)
            report()
            while True:
                subscriber.receive()

        def publisher_client(report):
            publisher = self.gateway.join()
            for number in range(10**9):
                publisher.publish(topic, [number])
                if number == 20:
                    report()
        witness = self.gateway.join()
        witness.subscribe(topic)
        children = [self.fork(subscriber_client), self.fork(publisher_client)]
        self.assertEqual([witness.expect(EVENT)[4][0] for _ in range(20)], list(range(20)))
        for child in children:
            self.kill(child)
        self.assert_serves(self.gateway)


class DescriptorTest(GatewayTestCase):
    def test_out_of_descriptors(self):
        """Who is there is served on; nothing spins; and who waits is let in when there is room."""
        gateway = self.start(descriptors=64, limits={"ping_interval_ms": 0})
        caller, callee = gateway.join(), gateway.join()
        idle = []
        while len(idle) < 64:
            peer = Stream(gateway.tcp)
            self.addCleanup(peer.close)
            peer.send(b"\x7f\xf1\0\0")
            try:
                peer.read(4, time.monotonic() + 2)
            except (TimeoutError, Closed):
                break  # this one is not accepted any more
            idle.append(peer)
        self.assertTrue(10 < len(idle) < 64, len(idle))
        waiting = [Stream(gateway.tcp) for _ in range(3)]
        for stream in waiting:
            self.addCleanup(stream.close)
            stream.send(b"\x7f\xf1\0\0")
        self.assertLess(self.call_between(caller, callee, 50), 10)
        before = gateway.cpu_seconds()
        with self.assertRaises(TimeoutError):  # a second in which nothing happens
            caller.receive(timeout=1)
        self.assertLess(gateway.cpu_seconds() - before, 0.5)
        for peer in idle[:10]:
            peer.close()
        for stream in waiting:
            try:
                self.assertEqual(stream.read(4, time.monotonic() + TIMEOUT), b"\x7f\xf1\0\0")
            except Closed:
                self.fail("a waiting connection was closed instead of accepted")
        self.call_between(caller, callee, 5)
        self.assert_serves(gateway)


class SignalTest(GatewayTestCase):
    def test_sigterm_and_sigint(self):
        """Every session gets GOODBYE, and the gateway ends with code 0."""
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                gateway = self.start()
                peers = [gateway.join(transport=transport, codec=codec) for codec in FORMATS
                         for transport in ("websocket", "tcp", "unix")]
                gateway.signal(number)
                for peer in peers:
                    message = peer.expect(GOODBYE)
                    self.assertIsInstance(message[1], dict)
                    self.assertEqual(message[2], "wamp.close.system_shutdown")
                    peer.send(GOODBYE, {}, "wamp.close.goodbye_and_out")
                for peer in peers:
                    peer.wait_closed()
                    peer.close()
                self.assertEqual(gateway.wait(), 0)
                self.assertFalse(os.path.exists(gateway.unix_path))

    def test_what_comes_after_the_goodbye_is_ignored(self):
        """Until the peer's own GOODBYE: not answered, and no violation."""
        for transport in ("websocket", "tcp", "unix"):
            with self.subTest(transport):
                gateway = self.start()
                peer = gateway.join(transport=transport)
                gateway.signal(signal.SIGTERM)
                peer.expect(GOODBYE)
                peer.send_all([[SUBSCRIBE, 1, {}, "a.b"], [CALL, 7, {}, "a.b"], [YIELD, 9, {}],
                               [GOODBYE, {}, "wamp.close.goodbye_and_out"]])
                peer.wait_closed()
                peer.close()
                self.assertEqual(gateway.wait(), 0)

    def test_goodbyes_that_cross(self):
        """A peer that says GOODBYE of its own need not answer the gateway's."""
        for _ in range(10):
            gateway = self.start(more={"shutdown_timeout_ms": 500}, limits={"close_timeout_ms": 500})
            peer = gateway.join(transport="tcp")
            gateway.signal(signal.SIGTERM)
            peer.send(GOODBYE, {}, "wamp.close.normal")
            self.assertIn(peer.expect(GOODBYE)[2],
                          ("wamp.close.system_shutdown", "wamp.close.goodbye_and_out"))
            peer.wait_failed()
            peer.close()
            self.assertEqual(gateway.wait(), 0)

    def test_connections_without_a_session_do_not_hold_the_end(self):
        gateway = self.start(more={"shutdown_timeout_ms": 500}, limits={"close_timeout_ms": 500})
        bare = Stream(gateway.tcp)
        self.addCleanup(bare.close)
        half = Stream(gateway.tcp)
        self.addCleanup(half.close)
        half.send(upgrade_request()[:50])
        for transport in ("websocket", "tcp", "unix"):
            gateway.connect(transport)
        started = time.monotonic()
        gateway.signal(signal.SIGTERM)
        self.assertEqual(gateway.wait(), 0)
        self.assertLess(time.monotonic() - started, 10)

    def test_peers_that_do_not_answer_do_not_hold_the_end(self):
        """Neither who ignores the GOODBYE, nor who reads nothing at all."""
        gateway = self.start(more={"shutdown_timeout_ms": 500},
                             limits={"close_timeout_ms": 500, "write_queue_bytes": 2**20,
                                     "ping_interval_ms": 0, "goodbye_timeout_ms": 300})
        polite = gateway.join()
        publisher = gateway.join(codec="msgpack")
        for transport in ("websocket", "tcp", "unix"):
            sleeper = gateway.join(transport=transport, receive_buffer=4096)
            sleeper.subscribe("a.topic")
        for _ in range(200):
            publisher.publish("a.topic", ["x" * 65000])
        started = time.monotonic()
        gateway.signal(signal.SIGTERM)
        self.assertEqual(polite.expect(GOODBYE)[2], "wamp.close.system_shutdown")
        self.assertEqual(gateway.wait(), 0)
        self.assertLess(time.monotonic() - started, 10)

    def test_calls_are_pending(self):
        gateway = self.start()
        caller, callee = gateway.join(), gateway.join()
        callee.register("a.procedure")
        caller.start_call("a.procedure")
        callee.expect(INVOCATION)
        gateway.signal(signal.SIGTERM)
        for peer in (caller, callee):
            while (message := peer.receive())[0] != GOODBYE:
                self.assertIn(message[0], (ERROR, INTERRUPT))
            peer.send(GOODBYE, {}, "wamp.close.goodbye_and_out")
            peer.wait_closed()
            peer.close()
        self.assertEqual(gateway.wait(), 0)

    def test_sighup(self):
        gateway = self.start()
        caller, callee = gateway.join(), gateway.join()
        for _ in range(3):
            gateway.signal(signal.SIGHUP)
            self.call_between(caller, callee, 5)
        self.assert_serves(gateway)


class SocketTest(GatewayTestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="wamp-socket-test-")
        self.addCleanup(directory.cleanup)
        self.path = os.path.join(directory.name, "socket")

    def assert_cannot_listen(self, address):
        ended = run_to_end("--listen", address)
        self.assertNotEqual(ended.returncode, 0)
        self.assertGreater(ended.returncode, 0, "ended by a signal")
        self.assertIn(address.removeprefix("unix:"), ended.stderr)
        self.assertRegex(ended.stderr.lower(), "in use|listen")

    def test_a_port_in_use(self):
        gateway = self.start()
        self.assert_cannot_listen(f"127.0.0.1:{gateway.port}")
        self.assert_serves(gateway)

    def test_a_unix_socket_in_use(self):
        gateway = self.start()
        self.assert_cannot_listen("unix:" + gateway.unix_path)
        self.assert_serves(gateway, transport="unix")

    def test_a_stale_unix_socket_is_replaced(self):
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(self.path)
        self.assertTrue(os.path.exists(self.path))
        gateway = self.start(unix_path=self.path)
        self.assert_serves(gateway, transport="unix")
        gateway.stop()
        self.assertFalse(os.path.exists(self.path))
        self.start(unix_path=self.path)

    def test_after_a_crash(self):
        gateway = self.start(unix_path=self.path)
        gateway.kill()
        self.assertTrue(os.path.exists(self.path))
        self.assert_serves(self.start(unix_path=self.path), transport="unix")

    def test_a_file_that_is_no_socket_is_left_alone(self):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("precious")
        self.assert_cannot_listen("unix:" + self.path)
        with open(self.path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "precious")


class CommandLineTest(unittest.TestCase):
    def check(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            ended = run_to_end("--check", "--config", file.name)
            return ended.returncode, ended.stderr.replace(file.name, "FILE")

    def test_good_configurations(self):
        for text in ("{}", "// a comment\n{}", json.dumps({"realms": [{"name": "a"}, {"name": "b"}]})):
            self.assertEqual(self.check(text), (0, ""))
        self.assertEqual(run_to_end("--check", "--config", str(EXAMPLE)).returncode, 0)

    def test_bad_configurations(self):
        """Code 2, and file:line:column: key for whoever has to put it right."""
        for text, place in (
                ('{\n  "nonsense": 1\n}', r"FILE:2:\d+: nonsense"),
                ('{"limits": {\n\n "write_queue_bytes": "many"}}',
                 r"FILE:3:\d+: limits\.write_queue_bytes"),
                ('{"limits": {"write_queue_bytes": 0}}', r"FILE:1:\d+: limits\.write_queue_bytes"),
                ('{"limits": {"max_message_bytes": 99999999}}',
                 r"FILE:1:\d+: limits\.max_message_bytes"),
                ('{"limits": {"on_overflow": "panic"}}', r"FILE:1:\d+: limits\.on_overflow"),
                ('{"listeners": [{"listen": "127.0.0.1:1"},\n{"listen": "x"}]}',
                 r"FILE:2:\d+: listeners\[1\]\.listen"),
                ('{"listeners": [{}]}', r"FILE:1:\d+: listeners\[0\]"),
                ('{"realms": [{"name": "not a uri"}]}', r"FILE:1:\d+: realms\[0\]\.name"),
                ('{"realms": [{"name": "a"},\n {"name": "a"}]}', r"FILE:\d:\d+: realms"),
                ('{"log": {"level": 3}}', r"FILE:1:\d+: log\.level"),
                ('{"limits": {}', r"FILE:1:\d+: "), ("[]", r"FILE:1:\d+: "), ("", r"FILE:1:\d+: ")):
            with self.subTest(text):
                code, said = self.check(text)
                self.assertEqual(code, 2)
                self.assertRegex(said, "^" + place)

    def test_a_missing_file(self):
        ended = run_to_end("--check", "--config", "/no/such/file.json")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("/no/such/file.json", ended.stderr)

    def test_bad_command_lines(self):
        for arguments in (["--nonsense"], ["--listen", "nowhere"], ["--log-level", "loud"], ["--config"],
                          ["--realm", "not a uri"], ["--listen", "127.0.0.1:99999"], ["stray"]):
            with self.subTest(arguments):
                ended = run_to_end(*arguments)
                self.assertEqual(ended.returncode, 2, ended.stderr)
                self.assertTrue(ended.stderr)

    def test_help_and_version(self):
        for argument in ("--help", "--version"):
            ended = run_to_end(argument)
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertTrue(ended.stdout)


class RealmTest(GatewayTestCase):
    def test_realms_are_isolated(self):
        """Same topic, same procedure, same ids: nothing crosses."""
        gateway = self.start(realms=("one", "two"))
        peers = {realm: (gateway.join(realm), gateway.join(realm, codec="cbor"))
                 for realm in ("one", "two")}
        for realm, (first, second) in peers.items():
            first.subscribe("a.topic")
            first.register("a.procedure")
        for realm, (first, second) in peers.items():
            second.publish("a.topic", [realm])
            request = second.start_call("a.procedure", [realm])
            messages = sorted([first.receive(), first.receive()])
            self.assertEqual([message[0] for message in messages], [EVENT, INVOCATION])
            self.assertEqual([message[4] for message in messages], [[realm]] * 2)
            first.send(YIELD, messages[1][1], {}, [realm])
            self.assertEqual(second.receive(), [RESULT, request, {}, [realm]])
        one, two = peers["one"][1], peers["two"][1]
        one.register("only.in.one")
        self.assertEqual(two.call("only.in.one")[4], "wamp.error.no_such_procedure")
        # Nothing came unasked: the next messages are the answers to these.
        for first, second in peers.values():
            for peer in (first, second):
                peer.send(SUBSCRIBE, peer.next_id(), {}, self.uri())
                peer.expect(SUBSCRIBED)

    def test_a_failing_session_of_one_realm_does_not_disturb_the_other(self):
        gateway = self.start(realms=("one", "two"))
        caller, callee = gateway.join("two"), gateway.join("two")
        for _ in range(5):
            peer = gateway.join("one")
            peer.send(WELCOME, 1, {})
            peer.expect(ABORT)
        self.call_between(caller, callee, 3)
