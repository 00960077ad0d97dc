"""The examples do what they say."""

import contextlib
import os
import re
import subprocess
import tempfile

from gateway import binary
from gateway_test_case import GatewayTestCase
from tls_files import Authority
from tls_front import TlsFront, make_credentials
from wamp_client import *

LOGGED = re.compile(r"\[\d{4}-\d\d-\d\d [\d:.]+\] \[\w+\] ")


def program_of(name):
    return os.path.join(os.path.dirname(binary()), "..", "examples", "example_" + name)


def run_example(name, *arguments):
    return subprocess.run([program_of(name), *arguments], capture_output=True, text=True,
                          timeout=TIMEOUT)


@contextlib.contextmanager
def started_example(name):
    with subprocess.Popen([program_of(name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as program:
        try:
            yield program
        finally:
            program.kill()


class ExamplesTest(GatewayTestCase):
    maxDiff = None

    def assert_prints(self, name, *lines, arguments=()):
        done = run_example(name, *arguments)
        # spdlog's default logger, which programs may replace, writes there as well.
        printed = [line for line in done.stdout.splitlines() if not LOGGED.match(line)]
        self.assertEqual(printed, list(lines), done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_actors(self):
        self.assert_prints("actors",
                           "9 / 2 = [4.5]",
                           "9 / 0 : com.myapp.error.division_by_zero",
                           "published")

    def test_authentication_certificate(self):
        authority = Authority()
        self.addCleanup(authority.clean)
        for name in ("router", "pump", "stranger"):
            certificate, key = authority.issue(name, "DNS:localhost")
            os.rename(certificate, authority.path(name + ".pem"))
            os.rename(key, authority.path(name + ".key"))
        self.assert_prints("authentication_certificate",
                           "the pump is in, as machine",
                           "the stranger: wamp.error.authentication_denied",
                           arguments=[os.path.dirname(authority.certificate)])

    def test_authentication_cookie(self):
        """The test is the browser."""
        with started_example("authentication_cookie") as program:
            address = re.fullmatch(r"ws://(.+):(\d+)/ws\n", program.stdout.readline())

            def visit(ticket, cookie=None):
                peer = Peer(WebSocketLink((address[1], int(address[2])), Json,
                                          more=[f"Cookie: {cookie}"] if cookie else []))
                self.addCleanup(peer.close)
                peer.send(HELLO, "realm1", {"roles": ALL_ROLES, "authid": "ann",
                                            "authmethods": ["cookie", "ticket"]})
                answer = peer.receive()
                if answer[0] == CHALLENGE:
                    peer.send(AUTHENTICATE, ticket, {})
                    answer = peer.receive()
                said = answer[2]["authmethod"] if answer[0] == WELCOME else answer[2]
                return said, peer.link.fields.get("set-cookie", "").split(";")[0]

            self.assertEqual(visit("a guess")[0], "wamp.error.authentication_denied")
            said, cookie = visit("a long and random ticket")
            self.assertEqual(said, "ticket")
            self.assertEqual(visit("a guess", cookie), ("cookie", ""))
            program.stdin.write("ann\n")
            program.stdin.flush()
            self.assertEqual(program.stdout.readline(), "ann is forgotten\n")
            self.assertEqual(visit("a guess", cookie)[0], "wamp.error.authentication_denied")
            program.stdin.close()
            self.assertEqual(program.wait(TIMEOUT), 0)

    def test_authentication_cryptosign(self):
        self.assert_prints("authentication_cryptosign",
                           "the pump is in, as pump",
                           "a stranger: wamp.error.authentication_denied",
                           "the pump, at another router: wamp.error.authentication_denied")

    def test_authentication_dynamic(self):
        self.assert_prints("authentication_dynamic",
                           "ann is in, as staff",
                           "ann: wamp.error.authentication_denied")

    def test_authentication_own(self):
        self.assert_prints("authentication_own",
                           "garden-party: ann is in",
                           "garden-party: wamp.error.authentication_denied")

    def test_authentication_scram(self):
        self.assert_prints("authentication_scram",
                           "ann is in, as staff",
                           "bob is in, as staff",
                           "bob: wamp.error.authentication_denied")

    def test_authentication_ticket(self):
        self.assert_prints("authentication_ticket",
                           "ann is in, as staff",
                           "ann: wamp.error.authentication_denied",
                           "bob: wamp.error.authentication_denied")

    def test_authentication_wampcra(self):
        self.assert_prints("authentication_wampcra",
                           "pump is in, as machine",
                           "ann is in, as staff",
                           "ann: wamp.error.authentication_denied")

    def test_authorization(self):
        self.assert_prints("authorization",
                           "com.myapp.public.news: published",
                           "com.myapp.rooms.ann: published",
                           "com.myapp.secret: wamp.error.not_authorized",
                           "asked: publish com.myapp.rooms.ann",
                           "asked: publish com.myapp.secret",
                           "com.myapp.rooms.ann: wamp.error.not_authorized")

    def test_calls_in_parts(self):
        self.assert_prints("calls_in_parts",
                           "mean: 3",
                           "so far: 1", "so far: 3", "so far: 6",
                           "total: 6",
                           "abandoned: wamp.error.canceled",
                           "whole: wamp.error.feature_not_supported")

    def test_composed(self):
        self.assert_prints("composed",
                           "7 / 2 = 3.5",
                           "7 / 0 : com.myapp.error.division_by_zero",
                           "news: hello",
                           "9 / 2 = [4.5]")

    def test_declared_services(self):
        self.assert_prints("declared_services",
                           "2 + 3 = 5",
                           "7 / 2 = 3.5",
                           "7 / 0 : com.myapp.error.division_by_zero: b must not be 0",
                           "2 + three : wamp.error.invalid_argument: expected an integer from "
                           "-2147483648 to 2147483647, found \"three\", in [1]",
                           "2 divisions")

    def test_introspection(self):
        self.assert_prints("introspection",
                           "joined: anonymous",
                           "sessions: 2",
                           "com.myapp.add: exact, single, 1 callee",
                           "left: true",
                           "sessions: 1")

    def test_late_comers(self):
        self.assert_prints("late_comers", "it was: on", "it is: gone", "it was: gone")

    def test_later_answers(self):
        self.assert_prints("later_answers",
                           "a.forwarded: [9]",
                           "a.forwarded: wamp.error.invalid_argument",
                           "a.coroutine: [81]",
                           "a.thread: [42]",
                           "a.thread: wamp.error.invalid_argument",
                           "a.countdown: [\"liftoff\"]",
                           "a.countdown: [3]", "a.countdown: [2]", "a.countdown: [1]",
                           "a.countdown: [\"liftoff\"]")

    def test_nodes(self):
        self.assert_prints("nodes", "2 + 3 = 5")

    def test_nodes_over_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            files = make_credentials(folder)
            done = run_example("nodes", *files)
            self.assertEqual((done.stdout, done.returncode), ("2 + 3 = 5\n", 0), done.stderr)
            done = run_example("nodes", files[0], os.path.join(folder, "none.key"), files[2])
            self.assertEqual(done.returncode, 2)
            self.assertIn("none.key", done.stderr)

    def test_patterns(self):
        self.assert_prints("patterns",
                           "work: ann", "work: bob", "work: ann", "work: bob",
                           'com.myapp.files.read: [["by prefix","com.myapp.files.read",[1]]]',
                           'com.myapp.files.delete: [["by prefix","com.myapp.files.delete",[1]]]',
                           'com.myapp.users.delete: [["by wildcard","com.myapp.users.delete"]]',
                           "files: 3",
                           "heard: com.myapp.users.created")

    def test_policies(self):
        self.assert_prints("policies",
                           "com.myapp.staff.news: wamp.error.not_authorized",
                           "ann after 0",
                           "bob after 0")

    def test_publish_options(self):
        self.assert_prints("publish_options",
                           "not sent: wamp.error.invalid_uri",
                           "ann: all",
                           "bob: others all bob-only anonymous",
                           "cat: others all not-bob anonymous")

    def test_realm_control(self):
        self.assert_prints("realm_control",
                           "in: a session of role anonymous",
                           "in: a session of role anonymous",
                           "com.myapp.news: 1 subscriber",
                           "com.myapp.add: 1 callee, invoke single",
                           "calls in flight: 0",
                           "com.myapp.add: wamp.error.no_such_procedure")

    def test_return_forms(self):
        self.assert_prints("return_forms",
                           "a.nothing: ",
                           "a.value: [2]",
                           "a.several: [1,\"two\"]",
                           "a.kwargs: [3],{\"remainder\":1}",
                           "a.arguments: [1,\"two\"],{\"three\":3.5}",
                           "a.struct: [{\"x\":2,\"y\":1}]",
                           "a.expected: [1]",
                           "a.expected: com.myapp.error.negative [],{\"n\":-1}",
                           "a.error: com.myapp.error.never ",
                           "a.thrown: com.myapp.error.no [\"not this one\",1]",
                           "a.value: wamp.error.invalid_argument [\"expected an integer from "
                           "-2147483648 to 2147483647, found \\\"one\\\", in [0]\"]")

    def test_router(self):
        self.assert_prints("router",
                           "realm1 has 2 sessions",
                           "published to com.myapp.news",
                           "com.myapp.admin.stop: wamp.error.not_authorized",
                           "nowhere: wamp.error.no_such_realm")

    def test_runtime_calls(self):
        self.assert_prints("runtime_calls",
                           "await: [3]",
                           "ready: true",
                           "get: 7",
                           "then: [11]",
                           "timeout: wamp.error.timeout",
                           "cancel: wamp.error.canceled",
                           "published: true",
                           "unregistered: wamp.error.no_such_procedure")

    def test_subscriber(self):
        self.assert_prints("subscriber", "my own actor: hello", "tick 3", "tick 2", "tick 1")

    def test_testing(self):
        self.assert_prints("testing", "all is well")


class RemoteExampleTest(GatewayTestCase):
    def assert_adds(self, *arguments):
        done = run_example("remote_client", *arguments)
        self.assertEqual(done.stdout, "2 + 3 = 5\n", done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_every_transport(self):
        gateway = self.start()
        self.assert_adds(f"ws://127.0.0.1:{gateway.port}/ws")
        self.assert_adds(f"tcp://127.0.0.1:{gateway.port}")
        self.assert_adds(f"unix:{gateway.unix_path}")

    def test_through_tls(self):
        gateway = self.start()
        front = TlsFront(gateway.tcp)
        self.addCleanup(front.close)
        self.assert_adds(f"wss://127.0.0.1:{front.port}/ws", front.authority)
        self.assert_adds(f"tcps://127.0.0.1:{front.port}", front.authority)

    def test_an_authority_that_is_not_there(self):
        done = run_example("remote_client", "wss://127.0.0.1:1/ws", "/nowhere/authority.pem")
        self.assertEqual(done.returncode, 2)
        self.assertIn("/nowhere/authority.pem", done.stderr)

    def test_a_wrong_url(self):
        done = run_example("remote_client", "http://127.0.0.1")
        self.assertEqual(done.returncode, 2)
        self.assertIn("http", done.stderr)
