"""HTTP long-poll (protocol.md 1.9; the spec's "HTTP Longpoll Transport"). The messages themselves
are tested by session_test.CoreTest, over the same link."""

import http.client
import json
import time
import unittest

from conformance import GatewayTest
from gateway import Gateway
from wamp_client import *


class HttpTest(GatewayTest, unittest.TestCase):
    """Through Python's own HTTP client, request by request."""

    def setUp(self):
        super().setUp()
        self.http = http.client.HTTPConnection(*self.gateway.tcp, timeout=TIMEOUT)
        self.addCleanup(self.http.close)

    def post(self, path, body=b"", method="POST", connection=None):
        connection = connection or self.http
        connection.request(method, "/longpoll" + path, body)
        response = connection.getresponse()
        response.body = response.read()
        return response

    def open(self, *protocols):
        response = self.post("/open", json.dumps({"protocols": protocols or ["wamp.2.json"]}))
        self.assertEqual(response.status, 200)
        return json.loads(response.body)

    def join(self):
        path = "/" + self.open()["transport"]
        self.send(path, HELLO, "realm1", {"roles": ALL_ROLES})
        self.assertEqual(self.receive(path)[0], WELCOME)
        return path

    def send(self, path, *message):
        response = self.post(path + "/send", json.dumps(message))
        self.assertEqual((response.status, response.body), (202, b""))

    def receive(self, path):
        response = self.post(path + "/receive")
        self.assertEqual(response.status, 200)
        return json.loads(response.body)

    def test_a_session_from_end_to_end(self):
        path = self.join()
        topic, procedure = self.uri(), self.uri()
        self.send(path, SUBSCRIBE, 1, {}, topic)
        _, _, subscription = self.receive(path)
        self.send(path, REGISTER, 2, {}, procedure)
        self.assertEqual(self.receive(path)[:2], [REGISTERED, 2])
        other = self.gateway.join()
        other.publish(topic, ["news"])
        self.assertEqual(self.receive(path)[:2], [EVENT, subscription])
        request = other.start_call(procedure, [1])
        invocation = self.receive(path)
        self.send(path, YIELD, invocation[1], {}, [2])
        self.assertEqual(other.receive(), [RESULT, request, {}, [2]])
        self.send(path, GOODBYE, {}, "wamp.close.normal")
        self.assertEqual(self.receive(path)[0], GOODBYE)
        self.assertEqual(self.post(path + "/close").status, 202)
        self.assertEqual(self.post(path + "/receive").status, 404)

    def test_the_first_protocol_that_is_known_is_chosen(self):
        for protocol in ("wamp.2.json", "wamp.2.msgpack", "wamp.2.cbor", "wamp.2.json.batched",
                         "wamp.2.msgpack.batched", "wamp.2.cbor.batched"):
            answer = self.open("wamp.3.json", protocol, "wamp.2.json")
            self.assertEqual(answer["protocol"], protocol)
            self.assertGreaterEqual(len(answer["transport"]), 32)

    def test_transports_differ(self):
        self.assertEqual(len({self.open()["transport"] for _ in range(20)}), 20)

    def test_no_common_protocol(self):
        for body in (b"", b"[]", b"{}", b'{"protocols":[]}', b'{"protocols":["wamp.1"]}',
                     b'{"protocols":"wamp.2.json"}', b'{"protocols":[1]}', b"\xff", b"[" * 4000,
                     b" " * 100000):
            self.assertEqual(self.post("/open", body).status, 400, body[:20])

    def test_content_type_does_not_matter(self):
        self.http.request("POST", "/longpoll/open", b'{"protocols":["wamp.2.json"]}',
                          {"Content-Type": "text/plain"})
        response = self.http.getresponse()
        self.assertEqual(response.status, 200)
        response.read()

    def test_query_parameters_do_not_matter(self):
        path = self.join()
        self.assertEqual(self.post(path + "/send?x=/y", b"[32,1,{},\"a.b\"]").status, 202)
        self.assertEqual(self.post(path + "/receive?x=1").status, 200)
        self.assertEqual(self.post("/open?x=1", b'{"protocols":["wamp.2.json"]}').status, 200)

    def test_batches(self):
        path = "/" + self.open("wamp.2.json.batched")["transport"]

        def batch(*messages):
            return b"".join(json.dumps(message).encode() + b"\x1e" for message in messages)
        topic = self.uri()
        response = self.post(path + "/send", batch([HELLO, "realm1", {"roles": ALL_ROLES}]))
        self.assertEqual(response.status, 202)
        self.assertTrue(self.post(path + "/receive").body.endswith(b"\x1e"))
        requests = batch([SUBSCRIBE, 1, {}, topic], [SUBSCRIBE, 2, {}, topic + ".b"])
        for wrong in (requests[:-1], requests + b"x", b"\x1e", b""):
            self.assertEqual(self.post(path + "/send", wrong).status, 400)
        self.assertEqual(self.post(path + "/send", requests).status, 202)
        received = b""
        while received.count(b"\x1e") < 2:
            received += self.post(path + "/receive").body
        self.assertEqual([json.loads(m)[:2] for m in received[:-1].split(b"\x1e")],
                         [[SUBSCRIBED, 1], [SUBSCRIBED, 2]])

    def test_unknown_targets(self):
        path = "/" + self.open()["transport"]
        for target in ("/", "/x/receive", "/" + "0" * 32 + "/send", path, path + "/", path + "/x",
                       path + "/receive/x"):
            self.assertEqual(self.post(target, b"[]").status, 404, target)

    def test_only_post(self):
        path = "/" + self.open()["transport"]
        for method in ("GET", "PUT", "DELETE", "OPTIONS"):
            for target in ("/open", path + "/receive"):
                response = self.post(target, method=method)
                self.assertEqual((response.status, response.getheader("Allow")), (405, "POST"))

    def test_a_violation_is_answered_by_what_is_received_next(self):
        for body in (b"nonsense", b"[", b"[1,2,3]", b"[255]"):
            path = self.join()
            self.assertEqual(self.post(path + "/send", body).status, 202)
            message = self.receive(path)
            self.assertEqual(message[0:3:2], [ABORT, "wamp.error.protocol_violation"])
            self.assertEqual(self.post(path + "/receive").status, 404)

    def test_an_empty_message(self):
        path = self.join()
        self.assertEqual(self.post(path + "/send", b"").status, 400)
        self.send(path, SUBSCRIBE, 1, {}, "a.b")
        self.assertEqual(self.receive(path)[0], SUBSCRIBED)

    def test_the_client_closes_while_it_receives(self):
        path = self.join()
        hanging = http.client.HTTPConnection(*self.gateway.tcp, timeout=TIMEOUT)
        self.addCleanup(hanging.close)
        hanging.request("POST", "/longpoll" + path + "/receive")
        self.assertEqual(self.post(path + "/close").status, 202)
        self.assertEqual(hanging.getresponse().status, 404)

    def test_off_by_default(self):
        gateway = Gateway()
        self.addCleanup(gateway.stop)
        connection = http.client.HTTPConnection(*gateway.tcp, timeout=TIMEOUT)
        self.addCleanup(connection.close)
        self.assertEqual(self.post("/open", b'{"protocols":["wamp.2.json"]}',
                                   connection=connection).status, 404)

    def test_shutdown_says_goodbye_to_who_receives(self):
        gateway = Gateway(listener={"long_poll": "/longpoll"})
        self.addCleanup(lambda: gateway.stop() if gateway.is_running() else gateway.kill())
        peer = gateway.join(transport="longpoll")
        peer.link.fetcher.send(peer.link.request(peer.link.path + "/receive"))
        peer.link.hangs = True
        gateway.process.terminate()
        self.assertEqual(peer.receive()[0:3:2], [GOODBYE, "wamp.close.system_shutdown"])
        peer.send(GOODBYE, {}, "wamp.close.goodbye_and_out")
        self.assertEqual(gateway.wait(), 0)

    def test_a_client_that_vanishes_is_forgotten(self):
        gateway = Gateway(listener={"long_poll": "/longpoll"},
                          limits={"ping_interval_ms": 200, "ping_timeout_ms": 200})
        self.addCleanup(gateway.stop)
        watcher, lost = gateway.join(), gateway.join(transport="longpoll")
        watcher.subscribe("wamp.session.on_leave")
        lost.link.stream.close()
        lost.link.fetcher.close()
        self.assertEqual(watcher.expect(EVENT)[4][0], lost.session)


class HostileTest(GatewayTest, unittest.TestCase):
    """Bytes that a client library would not send."""

    def exchange(self, data):
        stream = Stream(self.gateway.tcp)
        self.addCleanup(stream.close)
        try:
            stream.send(data)
        except Closed:
            pass  # refused before all was sent
        return stream.read_to_end()

    def test_too_large(self):
        head = b"POST /longpoll/open HTTP/1.1\r\nContent-Length: %d\r\n\r\n"
        self.assertTrue(self.exchange(head % (1 << 25)).startswith(b"HTTP/1.1 413 "))
        self.assertTrue(self.exchange(head % (1 << 63)).startswith(b"HTTP/1.1 413 "))

    def test_malformed(self):
        first = b"POST /longpoll/x HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
        for data in (b"POST /longpoll/open HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                     b"POST /longpoll/open HTTP/9.9\r\n\r\n", first + b"\0\0\0\0\r\n\r\n",
                     first + b"\x7f\xf1\0\0\r\n\r\n"):
            answer = self.exchange(data)
            self.assertIn(b"HTTP/1.1 400 ", answer)

    def test_a_header_without_end(self):
        first = b"POST /longpoll/x HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
        answer = self.exchange(first + b"POST /longpoll/x HTTP/1.1\r\nX: " + b"x" * 100000)
        self.assertIn(b"HTTP/1.1 431 ", answer)

    def test_many_requests_at_once(self):
        """They are answered one by one, in order."""
        stream = Stream(self.gateway.tcp)
        self.addCleanup(stream.close)
        request = b"POST /longpoll/%d HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
        stream.send(b"".join(request % n for n in range(5000)))
        deadline = time.monotonic() + TIMEOUT
        for _ in range(5000):
            self.assertEqual(LongPollLink.response(stream, deadline).status, 404)

    def test_requests_behind_one_that_hangs_are_not_read_for_ever(self):
        """So their sender is stopped, by TCP, and nobody else."""
        peer = self.gateway.join(transport="longpoll")
        stream = peer.link.fetcher
        stream.socket.setblocking(False)
        sent, block = 0, peer.link.request(peer.link.path + "/receive") * 1000
        deadline = time.monotonic() + TIMEOUT
        quiet_since = time.monotonic()
        while time.monotonic() < deadline and time.monotonic() - quiet_since < 1:
            try:
                sent += stream.socket.send(block)
                quiet_since = time.monotonic()
            except BlockingIOError:
                pass
        self.assertLess(sent, 64 << 20)
        self.assertTrue(self.gateway.is_running())
        self.gateway.join().leave()
