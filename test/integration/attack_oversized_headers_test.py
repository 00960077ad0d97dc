"""HTTP headers that are larger than the gateway takes: refused by 431 as soon as that is seen, with
no more memory than the limit."""

from gateway_test_case import GatewayTestCase
from wamp_client import *

LIMIT = 2048


class OversizedHeaderTest(GatewayTestCase):
    def setUp(self):
        self.gateway = self.start(limits={"max_http_header_bytes": LIMIT},
                                  listener={"long_poll": "/longpoll"})

    def tearDown(self):
        self.assert_serves(self.gateway)

    def answer(self, data):
        stream = Stream(self.gateway.tcp)
        self.addCleanup(stream.close)
        try:
            stream.send(data)
        except Closed:
            pass
        return stream.read_to_end()

    def test_of_a_websocket(self):
        self.assertTrue(self.answer(upgrade_request(more=["X: " + "x" * (LIMIT // 2)]))
                        .startswith(b"HTTP/1.1 101 "))
        for more in (["X: " + "x" * LIMIT], [f"X-{i}: {'y' * 50}" for i in range(LIMIT // 50)],
                     ["Cookie: " + "a=b; " * (LIMIT // 5)], ["Origin: http://" + "a" * LIMIT],
                     ["Sec-WebSocket-Protocol: " + "wamp.2.json, " * (LIMIT // 13)]):
            with self.subTest(more[0][:20]):
                answer = self.answer(upgrade_request(more=more))
                self.assertTrue(answer.startswith(b"HTTP/1.1 431 "), answer[:100])

    def test_of_a_request_line(self):
        for target in ("/" + "x" * LIMIT, "/ws?" + "x" * LIMIT):
            answer = self.answer(f"GET {target} HTTP/1.1\r\n\r\n".encode())
            self.assertTrue(answer.startswith(b"HTTP/1.1 431 "), answer[:100])

    def test_of_a_long_poll_request(self):
        """Also of one that is not the first on its socket."""
        request = LongPollLink.request("/longpoll/x/receive")
        large = request.replace(b"Host: x", b"Host: x\r\nX: " + b"x" * LIMIT)
        self.assertTrue(self.answer(large).startswith(b"HTTP/1.1 431 "))
        answer = self.answer(request + large)
        self.assertTrue(answer.startswith(b"HTTP/1.1 404 "))
        self.assertIn(b"HTTP/1.1 431 ", answer)

    def test_without_an_end(self):
        """As much as the sender likes: it is cut off, and the gateway does not grow."""
        before = self.gateway.resident_bytes()
        for _ in range(50):
            self.answer(b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000_000)
        self.assertLess(self.gateway.resident_bytes() - before, 64 * 2**20)
