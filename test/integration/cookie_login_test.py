"""A browser that came in by one method is known by its cookie from then on: on every link that has
cookies, in the realm that let it in, and as nobody else."""

import re

from gateway import all_may_do_everything
from gateway_test_case import GatewayTestCase
import verifiers
from wamp_client import *

TICKET = "a ticket"
REALM = {
    "auth": {"methods": ["cookie", "ticket"], "users": [
        {"authid": "joe", "role": "clerk", "ticket": verifiers.ticket(TICKET)},
        {"authid": "ann", "role": "clerk", "ticket": verifiers.ticket(TICKET)}]},
    "roles": all_may_do_everything("clerk"),
}


class CookieLoginTest(GatewayTestCase):
    def setUp(self):
        self.gateway = self.start(
            realms=[{"name": "realm1", **REALM}, {"name": "realm2", **REALM}],
            listener={"cookie": {"name": "wamp", "max_age_s": 3600}})

    def browser(self, cookie=None):
        more = [f"Cookie: other=1; {cookie}"] if cookie else []
        return self.gateway.connect(more=more)

    @staticmethod
    def given(peer):
        """The cookie that a response brings, as a browser sends it back."""
        return re.fullmatch(r"(wamp=[\w.-]+); Max-Age=3600; Path=/; HttpOnly; SameSite=Strict",
                            peer.link.fields["set-cookie"])[1]

    @staticmethod
    def greet(peer, realm="realm1", authid=None):
        peer.send(HELLO, realm, {"roles": ALL_ROLES, "authmethods": ["ticket", "cookie"],
                                 **({"authid": authid} if authid else {})})
        return peer.receive()

    def log_in(self, peer, authid, realm="realm1"):
        asked = self.greet(peer, realm, authid)
        self.assertEqual(asked[:2], [CHALLENGE, "ticket"])
        peer.send(AUTHENTICATE, TICKET, {})
        self.assertEqual(peer.receive()[0], WELCOME)

    def assert_is(self, welcome, authid):
        self.assertEqual(welcome[0], WELCOME, welcome)
        said = welcome[2]
        self.assertEqual((said["authid"], said["authrole"], said["authmethod"]),
                         (authid, "clerk", "cookie"))

    def test_who_came_in_comes_in_again(self):
        first = self.browser()
        cookie = self.given(first)
        self.log_in(first, "joe")
        again = self.browser(cookie)
        self.assertNotIn("set-cookie", again.link.fields)
        self.assert_is(self.greet(again), "joe")
        first.close()
        self.assert_is(self.greet(self.browser(cookie), authid="joe"), "joe")

    def test_a_cookie_alone_opens_nothing(self):
        cookie = self.given(self.browser())
        for unknown in (cookie, "wamp=" + "A" * 22):
            self.assertEqual(self.greet(self.browser(unknown), authid="joe")[:2], [CHALLENGE, "ticket"])

    def test_a_cookie_is_of_one_realm(self):
        first = self.browser()
        cookie = self.given(first)
        self.log_in(first, "joe")
        self.assertEqual(self.greet(self.browser(cookie), "realm2", "joe")[:2], [CHALLENGE, "ticket"])

    def test_whoever_wants_to_be_somebody_else_shows_it(self):
        first = self.browser()
        cookie = self.given(first)
        self.log_in(first, "joe")
        second = self.browser(cookie)
        self.log_in(second, "ann")
        self.assert_is(self.greet(self.browser(cookie)), "ann")

    def test_two_browsers_are_two(self):
        cookies = []
        for authid in ("joe", "ann"):
            peer = self.browser()
            cookies.append(self.given(peer))
            self.log_in(peer, authid)
        for cookie, authid in zip(cookies, ("joe", "ann")):
            self.assert_is(self.greet(self.browser(cookie)), authid)
