"""WAMP-SCRAM: what the router asks, proves and does not believe
(protocol.md 1.3; "Salted Challenge Response Authentication", advanced profile; RFC 5802)."""

import base64

from client_half import Scram
from conformance import USUAL, VIOLATION, on_links
from logins import FAILED, LoginTest
from users import PASSWORD, kept_of
from verifiers import base64_of, digest
from wamp_client import *


@on_links(*USUAL)
class ScramTest(LoginTest):
    def ask(self, login=None, authid="pbkdf2"):
        """A peer, its login, and what it is asked."""
        login = login or Scram(authid, PASSWORD)
        peer, asked = self.challenged("members", "wamp-scram", login.authid, login.hello)
        return peer, login, asked

    def test_challenge(self):
        for authid, costs in (("pbkdf2", {"kdf": "pbkdf2", "iterations": 4096, "memory": None}),
                              ("argon2", {"kdf": "argon2id13", "iterations": 1, "memory": 64})):
            _, login, asked = self.ask(authid=authid)
            self.assertEqual({key: asked.get(key) for key in costs}, costs)
            self.assertTrue(asked["nonce"].startswith(login.client_nonce))
            own = asked["nonce"][len(login.client_nonce):]
            self.assertGreaterEqual(len(base64.b64decode(own, validate=True)), 16)
            self.assertGreaterEqual(len(base64.b64decode(asked["salt"], validate=True)), 16)

    def test_the_router_s_nonce_is_new_each_time(self):
        login = Scram("pbkdf2", PASSWORD)
        self.assertEqual(len({self.ask(login)[2]["nonce"] for _ in range(5)}), 5)

    def test_wrong_proofs(self):
        def proof(login, asked):
            return login.answer(asked)[0]

        def of_the_stored_key(login, asked):
            """What a thief of the router's users has: the stored key is not the client's."""
            stored = base64.b64decode(kept_of("pbkdf2", "wamp-scram").split("$")[3])
            signature = digest(stored, login.message(asked))
            return base64_of(bytes(a ^ b for a, b in zip(stored, signature)))

        for name, forge in {
                "another password": lambda login, asked: proof(
                    Scram("pbkdf2", "guess"), asked),
                "nothing": lambda login, asked: "",
                "the password": lambda login, asked: PASSWORD,
                "truncated text": lambda login, asked: proof(login, asked)[:-1],
                "truncated": lambda login, asked: base64_of(login.proof(asked)[:-1]),
                "longer": lambda login, asked: base64_of(login.proof(asked) + b"\0"),
                "hexadecimal": lambda login, asked: login.proof(asked).hex(),
                "not canonical": lambda login, asked: proof(login, asked) + "=",
                "of nothing": lambda login, asked: base64_of(bytes(32)),
                "huge": lambda login, asked: "A" * 60_000,
                "the stored key": of_the_stored_key,
        }.items():
            with self.subTest(name):
                peer, login, asked = self.ask()
                self.assert_refuses(peer, forge(login, asked), login.answer(asked)[1])

    def test_wrong_nonces(self):
        for name, forge in {
                "none": lambda login, nonce: None,
                "empty": lambda login, nonce: "",
                "the client's alone": lambda login, nonce: login.client_nonce,
                "another client's": lambda login, nonce: "AAAA" + nonce[4:],
                "another router's": lambda login, nonce: nonce[:-4] + "AAAA",
                "longer": lambda login, nonce: nonce + "A",
        }.items():
            with self.subTest(name):
                peer, login, asked = self.ask()
                proof, extra = login.answer(asked)
                nonce = forge(login, asked["nonce"])
                self.assert_refuses(peer, proof, {**extra, "nonce": nonce})
        peer, login, asked = self.ask()
        self.assert_refuses(peer, login.answer(asked)[0], {})

    def test_wrong_types(self):
        for key in ("nonce", "channel_binding", "cbind_data"):
            for value in (1, True, ["x"], {"x": "y"}):
                with self.subTest(f"{key}: {value}"):
                    peer, login, asked = self.ask()
                    proof, extra = login.answer(asked)
                    self.assert_refuses(peer, proof, {**extra, key: value}, reason=VIOLATION)

    def test_signed_for_another_nonce(self):
        """Proof and nonce fit each other, and not the challenge."""
        peer, login, asked = self.ask()
        self.assert_refuses(peer, *login.answer({**asked, "nonce": asked["nonce"] + "A"}))

    def test_replayed(self):
        first, login, asked = self.ask()
        answer = login.answer(asked)
        first.send(AUTHENTICATE, *answer)
        self.welcomed(first)
        # The client's nonce is the same, the router's is not.
        peer, _, again = self.ask(login)
        self.assert_refuses(peer, *answer)
        peer, _, again = self.ask(login)
        self.assert_refuses(peer, answer[0], {**answer[1], "nonce": again["nonce"]})

    def test_a_binding_that_was_not_agreed_on(self):
        for change in ({"channel_binding": "tls-unique"}, {"cbind_data": base64_of(b"x" * 12)},
                       {"channel_binding": "tls-exporter", "cbind_data": base64_of(b"x" * 32)}):
            with self.subTest(change):
                peer, login, asked = self.ask()
                proof, extra = login.answer(asked)
                self.assert_refuses(peer, proof, {**extra, **change})

    def test_a_binding_that_the_connection_has_not(self):
        for binding in ("tls-unique", "tls-exporter", "tls-server-end-point", "x"):
            with self.subTest(binding):
                self.assert_refused_hello(FAILED, "members", "wamp-scram", authid="pbkdf2",
                                          authextra={"nonce": "bm9uY2U=", "channel_binding": binding})

    def test_costs_are_the_router_s(self):
        """Who derives with less has another key."""
        peer, login, asked = self.ask()
        self.assert_refuses(peer, *login.answer({**asked, "iterations": 1}))

    def test_names_are_prepared(self):
        """SASLprep: a compatibility character is what it stands for."""
        login = Scram("pbkdf2", PASSWORD)
        peer, asked = self.challenged("members", "wamp-scram", "pb\u00adkdf\u00b2", login.hello)
        peer.send(AUTHENTICATE, *login.answer(asked))
        self.assert_welcomed(peer, "pbkdf2", "clerk", "wamp-scram")

    def test_a_name_that_cannot_be_prepared_is_nobody_s(self):
        peer, login, asked = self.ask(authid="\u0007")
        self.assert_refuses(peer, *login.answer(asked))

    def test_a_wrong_password_by_argon2(self):
        peer, login, asked = self.ask(Scram("argon2", "guess"))
        self.assert_refuses(peer, *login.answer(asked))
