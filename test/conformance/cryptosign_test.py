"""Cryptosign: what the router asks, and what it does not believe
(protocol.md 1.3; "Cryptosign-based Authentication", advanced profile)."""

from client_half import cryptosign_signature
from conformance import USUAL, on_links
from logins import FAILED, LoginTest
from users import OTHER_KEY, SIGNING_KEY, public_key
from wamp_client import *


@on_links(*USUAL)
class CryptosignTest(LoginTest):
    def ask(self, key=SIGNING_KEY, authid=None, **extra):
        peer, asked = self.challenged("members", "cryptosign", authid,
                                      {"pubkey": public_key(key), **extra})
        return peer, asked["challenge"]

    def test_challenge(self):
        _, challenge = self.ask()
        self.assertEqual(len(bytes.fromhex(challenge)), 32)
        self.assertEqual(len({self.ask()[1] for _ in range(5)}), 5)

    def test_the_key_says_who_it_is(self):
        for authid in (None, "signer"):
            peer, challenge = self.ask(authid=authid)
            peer.send(AUTHENTICATE, cryptosign_signature(SIGNING_KEY, challenge), {})
            self.assert_welcomed(peer, "signer", "machine", "cryptosign")

    def test_another_s_name(self):
        peer, challenge = self.ask(authid="other")
        self.assert_refuses(peer, cryptosign_signature(SIGNING_KEY, challenge), {})

    def test_another_s_public_key(self):
        peer, challenge = self.ask(OTHER_KEY)
        self.assert_refuses(peer, cryptosign_signature(SIGNING_KEY, challenge), {})

    def test_wrong_signatures(self):
        def right(challenge):
            return cryptosign_signature(SIGNING_KEY, challenge)

        zeros = bytes(32)
        for name, forge in {
                "another key": lambda c: cryptosign_signature(OTHER_KEY, c),
                "nothing": lambda c: "",
                "truncated by one": lambda c: right(c)[:-1],
                "truncated by an octet": lambda c: right(c)[:-2],
                "without the message": lambda c: right(c)[:128],
                "without the signature": lambda c: c,
                "longer": lambda c: right(c) + "00",
                "not hexadecimal": lambda c: "z" + right(c)[1:],
                "of another message": lambda c: cryptosign_signature(SIGNING_KEY, zeros),
                "another message behind it": lambda c: right(c)[:128] + zeros.hex(),
                "of another message, the right one behind it":
                    lambda c: cryptosign_signature(SIGNING_KEY, zeros)[:128] + c,
                "of its hexadecimal digits":
                    lambda c: SIGNING_KEY.sign(c.encode()).signature.hex() + c,
                "for a channel": lambda c: cryptosign_signature(
                    SIGNING_KEY, bytes(octet ^ 0xFF for octet in bytes.fromhex(c))),
                "zeros": lambda c: "00" * 96,
                "zeros before the message": lambda c: "00" * 64 + c,
                "huge": lambda c: "00" * 30_000,
        }.items():
            with self.subTest(name):
                peer, challenge = self.ask()
                self.assert_refuses(peer, forge(challenge), {})

    def test_replayed(self):
        first, challenge = self.ask()
        signature = cryptosign_signature(SIGNING_KEY, challenge)
        first.send(AUTHENTICATE, signature, {})
        self.welcomed(first)
        peer, _ = self.ask()
        self.assert_refuses(peer, signature, {})

    def test_a_binding_that_the_connection_has_not(self):
        for binding in ("tls-unique", "tls-exporter", "x", "", 1):
            with self.subTest(binding):
                self.assert_refused_hello(FAILED, "members", "cryptosign", authextra={
                    "pubkey": public_key(SIGNING_KEY), "channel_binding": binding})

    def test_malformed_keys(self):
        for key in ("", "00", "00" * 31, "00" * 33, "zz" * 32, "0x" + "00" * 31):
            with self.subTest(key):
                self.assert_refused_hello(FAILED, "members", "cryptosign",
                                          authextra={"pubkey": key})
