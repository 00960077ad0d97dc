"""What the tests of authentication share: how a login begins and how it ends. What a client answers is
in client_half.py, who the users are in users.py.
"""

import json

from conformance import GatewayTest
from users import TICKET
from wamp_client import *

DENIED = "wamp.error.authentication_denied"
FAILED = "wamp.error.authentication_failed"
NO_METHOD = "wamp.error.no_matching_auth_method"


class LoginTest(GatewayTest):
    """Mixin of the tests of authentication."""

    def hello(self, realm, *methods, peer=None, **details):
        peer = peer or self.connect()
        peer.send(HELLO, realm, {"roles": ALL_ROLES, "authmethods": list(methods), **details})
        return peer

    def challenged(self, realm, method, authid=None, authextra=None, peer=None):
        """A peer, and what its CHALLENGE asks."""
        details = {} if authid is None else {"authid": authid}
        if authextra is not None:
            details["authextra"] = authextra
        peer = self.hello(realm, method, peer=peer, **details)
        return peer, peer.expect(CHALLENGE, method)[2]

    def by_ticket(self, authid="ticket", realm="members", ticket=TICKET):
        peer, _ = self.challenged(realm, "ticket", authid)
        peer.send(AUTHENTICATE, ticket, {})
        return self.welcomed(peer)

    def welcomed(self, peer):
        peer.welcome = peer.expect(WELCOME)
        peer.session = peer.welcome[1]
        return peer

    def assert_welcomed(self, peer, authid, role, method):
        details = self.welcomed(peer).welcome[2]
        said = {key: details[key] for key in ("authid", "authrole", "authmethod", "authprovider")}
        self.assertEqual(said, {"authid": authid, "authrole": role, "authmethod": method,
                                "authprovider": "static"})
        return details

    def assert_refuses(self, peer, *answer, reason=DENIED):
        """This AUTHENTICATE does not open the door; a denial does not say why."""
        peer.send(AUTHENTICATE, *answer)
        text = self.assert_aborted(peer, reason)
        if reason == DENIED:
            self.assertIsNone(text)

    def assert_refused_hello(self, reason, realm, *methods, **details):
        return self.assert_aborted(self.hello(realm, *methods, **details), reason)


def without_nonces(extra):
    """A CHALLENGE of WAMP-CRA with what differs from login to login taken out."""
    text = json.loads(extra["challenge"])
    for key in ("nonce", "timestamp", "session"):
        del text[key]
    return {**extra, "challenge": text}
