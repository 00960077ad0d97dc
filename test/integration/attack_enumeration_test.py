"""Whoever tries paths learns nothing but which ones serve: all others answer alike, to the byte,
whatever is asked."""

from gateway_test_case import GatewayTestCase
from wamp_client import *

PATHS = ("/admin", "/.git/config", "/wss", "/ws/", "/ws/x", "/../ws", "/%2e%2e/etc/passwd", "/metrics",
         "/health/", "//", "/realm1", "/ws;x", "/longpoll", "/longpoll/open")


class EnumerationTest(GatewayTestCase):
    def answer(self, gateway, request):
        stream = Stream(gateway.tcp)
        self.addCleanup(stream.close)
        stream.send(request)
        return stream.read_to_end()

    def test_unknown_paths_answer_alike(self):
        gateway = self.start(listener={"paths": ["/ws"]})
        for method in ("GET", "POST", "PUT", "OPTIONS"):
            def ask(path):
                return self.answer(gateway, f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            usual = ask("/nothing")
            self.assertTrue(usual.startswith(b"HTTP/1.1 404 "))
            for path in (*PATHS, "/"):
                self.assertEqual(ask(path), usual, path)
        usual = self.answer(gateway, upgrade_request(path="/nothing"))
        for path in (*PATHS, "/"):
            self.assertEqual(self.answer(gateway, upgrade_request(path=path)), usual, path)

    def test_transports_of_others_answer_like_none(self):
        gateway = self.start(listener={"long_poll": "/longpoll"})
        link = gateway.join(transport="longpoll").link
        known = link.path.rpartition("/")[2]
        for action in ("receive", "send", "close"):
            def ask(name):
                return self.answer(gateway, LongPollLink.request(f"/longpoll/{name}/{action}")
                                   .replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            nothing = ask("0" * 32)
            self.assertTrue(nothing.startswith(b"HTTP/1.1 404 "))
            for name in ("x", known[:-1], known + "0", known.upper() + "x", known[::-1], "", "%00"):
                self.assertEqual(ask(name), nothing, name)

    def test_what_serves_does_not_tell_which_version_it_is(self):
        gateway = self.start()
        for request in (b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
                        b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n", b"nonsense\r\n\r\n"):
            answer = self.answer(gateway, request)
            head = answer.partition(b"\r\n\r\n")[0].lower()
            self.assertNotRegex(head, rb"server:.*[0-9]")
