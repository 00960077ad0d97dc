"""What the tests of authentication share: the client's half of each method, written after the
specification with the libraries of Python. So right and wrong answers can be made, and what the
router checks is not checked by its own code. Who the users are is in users.py.
"""

import base64
import hashlib
import json
import os

import verifiers
from conformance import GatewayTest
from users import TICKET
from verifiers import base64_of, digest
from wamp_client import *

DENIED = "wamp.error.authentication_denied"
FAILED = "wamp.error.authentication_failed"
NO_METHOD = "wamp.error.no_matching_auth_method"


# ------------------------------------------------------------------------------ the client's half

def cra_signature(secret, extra):
    """secret: a key, or a password if the challenge says how it is salted."""
    key = secret.encode()
    if "salt" in extra:
        key = base64.b64encode(hashlib.pbkdf2_hmac(
            "sha256", key, extra["salt"].encode(), extra["iterations"], extra["keylen"]))
    return base64_of(digest(key, extra["challenge"].encode()))


class Scram:
    """One login of RFC 5802 in the messages of WAMP, without channel binding."""

    def __init__(self, authid, password):
        self.authid, self.password = authid, password
        self.client_nonce = base64_of(os.urandom(16))
        self.hello = {"nonce": self.client_nonce, "channel_binding": None}

    def salted_password(self, extra):
        salt = base64.b64decode(extra["salt"])
        if extra["kdf"] == "argon2id13":
            return verifiers.argon2id13(self.password, salt, extra["iterations"], extra["memory"])
        return hashlib.pbkdf2_hmac("sha256", self.password.encode(), salt, extra["iterations"])

    def message(self, extra):
        nonce = extra["nonce"]
        return (f"n={self.authid},r={self.client_nonce},"
                f"r={nonce},s={extra['salt']},i={extra['iterations']},"
                f"c={base64_of(b'n,,')},r={nonce}").encode()

    def proof(self, extra):
        client_key, stored_key, self.server_key = verifiers.scram_keys(self.salted_password(extra))
        signature = digest(stored_key, self.message(extra))
        return bytes(a ^ b for a, b in zip(client_key, signature))

    def answer(self, extra):
        """The elements of AUTHENTICATE."""
        return base64_of(self.proof(extra)), {
            "nonce": extra["nonce"], "channel_binding": None, "cbind_data": None}

    def verifier(self, extra):
        """What WELCOME must carry, once the answer is made."""
        return base64_of(digest(self.server_key, self.message(extra)))


def cryptosign_signature(key, challenge):
    message = bytes.fromhex(challenge) if isinstance(challenge, str) else challenge
    return key.sign(message).hex()  # the signature, and the message behind it


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
