"""A page of a foreign site whose visitor may reach the gateway: its WebSocket and its requests are
refused. What a browser sends is sent by hand; who is no browser sends no Origin and is let in."""

import json

from gateway_test_case import GatewayTestCase
from wamp_client import *

OFFER = json.dumps({"protocols": ["wamp.2.json"]}).encode()


class CrossOriginTest(GatewayTestCase):
    def upgrade(self, gateway, origin, host="localhost"):
        """The status."""
        stream = Stream(gateway.tcp)
        self.addCleanup(stream.close)
        more = [f"Origin: {origin}"] if origin is not None else []
        stream.send(upgrade_request(more=more).replace(b"Host: localhost", b"Host: " + host.encode()))
        return HttpResponse(stream).status

    def request(self, gateway, method, origin, more=()):
        stream = Stream(gateway.tcp)
        self.addCleanup(stream.close)
        lines = [f"{method} /longpoll/open HTTP/1.1", "Host: localhost:8080", f"Origin: {origin}",
                 f"Content-Length: {len(OFFER)}", *more, "", ""]
        stream.send("\r\n".join(lines).encode() + OFFER)
        return HttpResponse(stream)

    def test_by_default_pages_of_the_same_host_may_come_in(self):
        gateway = self.start()
        for origin, host, status in (
                (None, "localhost", 101), ("http://localhost", "localhost:8080", 101),
                ("http://localhost:3000", "localhost:8080", 101),
                ("https://localhost", "localhost", 101), ("http://evil.test", "localhost:8080", 403),
                ("http://localhost.evil.test", "localhost", 403), ("null", "localhost", 403),
                ("http://127.0.0.1", "localhost", 403), ("file://", "localhost", 403)):
            with self.subTest(f"{origin} {host}"):
                self.assertEqual(self.upgrade(gateway, origin, host), status)
        self.assert_serves(gateway)

    def test_a_list_of_origins(self):
        gateway = self.start(listener={"allowed_origins": ["https://app.test"]})
        self.assertEqual(self.upgrade(gateway, "https://app.test"), 101)
        for origin in ("http://app.test", "https://app.test:444", "http://localhost", "null"):
            self.assertEqual(self.upgrade(gateway, origin), 403)
        self.assert_serves(gateway)

    def test_all_origins(self):
        gateway = self.start(listener={"allowed_origins": ["*"]})
        self.assertEqual(self.upgrade(gateway, "http://evil.test"), 101)

    def test_long_poll(self):
        gateway = self.start(listener={"long_poll": "/longpoll"})
        preflight = ["Access-Control-Request-Method: POST"]
        for method in ("OPTIONS", "POST"):
            foreign = self.request(gateway, method, "http://evil.test", preflight)
            self.assertEqual(foreign.status, 403)
            self.assertNotIn("access-control-allow-origin", foreign.fields)
        own = self.request(gateway, "OPTIONS", "http://localhost:3000", preflight)
        self.assertEqual(own.status, 204)
        self.assertEqual(own.fields["access-control-allow-origin"], "http://localhost:3000")
        self.assertEqual(own.fields["access-control-allow-methods"], "POST")
        opened = self.request(gateway, "POST", "http://localhost:3000")
        self.assertEqual(opened.status, 200)
        self.assertEqual(opened.fields["access-control-allow-origin"], "http://localhost:3000")
        self.assert_serves(gateway, transport="longpoll")

    def test_cookies_are_out_of_reach_of_other_sites_and_of_scripts(self):
        gateway = self.start(listener={"cookie": {"name": "wamp", "max_age_s": 60},
                                       "long_poll": "/longpoll"})
        def cookie_of(more=()):
            stream = Stream(gateway.tcp)
            self.addCleanup(stream.close)
            stream.send(upgrade_request(more=more))
            return HttpResponse(stream).fields.get("set-cookie")
        cookie = cookie_of()
        self.assertRegex(cookie,
                         "^wamp=[0-9a-f]{32}; Max-Age=60; Path=/; HttpOnly; SameSite=Strict$")
        value = cookie.split(";")[0]
        self.assertIsNone(cookie_of(["Cookie: a=b; " + value]))
        # One that somebody made up is replaced.
        for forged in ("wamp=x", "wamp=" + "0" * 31, "wamp=" + "Z" * 32, "wamp"):
            self.assertIsNotNone(cookie_of(["Cookie: " + forged]))
        self.assertNotEqual(cookie_of().split(";")[0], value)
        opened = self.request(gateway, "POST", "http://localhost")
        self.assertRegex(opened.fields["set-cookie"], "^wamp=[0-9a-f]{32}; ")
