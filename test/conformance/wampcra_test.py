"""WAMP-CRA: what the router asks, and what it does not believe
(protocol.md 1.3; "Challenge Response Authentication", advanced profile)."""

import base64
import json

from client_half import cra_signature
from conformance import USUAL, on_links
from logins import LoginTest
from users import KEY, PASSWORD
from verifiers import base64_of, digest
from wamp_client import *


@on_links(*USUAL)
class WampCraTest(LoginTest):
    def ask(self, authid="machine"):
        return self.challenged("members", "wampcra", authid)

    def test_challenge(self):
        peer, asked = self.ask()
        self.assertEqual(list(asked), ["challenge"])
        text = json.loads(asked["challenge"])
        self.assertEqual({key: text[key] for key in (
            "authid", "authrole", "authmethod", "authprovider")}, {
                "authid": "machine", "authrole": "machine", "authmethod": "wampcra",
                "authprovider": "static"})
        self.assertGreaterEqual(len(base64.b64decode(text["nonce"], validate=True)), 16)
        self.assertRegex(text["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        peer.send(AUTHENTICATE, cra_signature(KEY, asked), {})
        self.assert_welcomed(peer, "machine", "machine", "wampcra")
        self.assertEqual(peer.session, text["session"])

    def test_how_a_password_is_salted(self):
        _, asked = self.ask("clerk")
        self.assertEqual((asked["iterations"], asked["keylen"]), (100, 32))
        self.assertTrue(asked["salt"])

    def test_no_two_challenges_are_alike(self):
        texts = [json.loads(self.ask()[1]["challenge"]) for _ in range(5)]
        for key in ("nonce", "session"):
            self.assertEqual(len({text[key] for text in texts}), len(texts))

    def test_wrong_signatures(self):
        for name, forge in {
                "another key": lambda asked: cra_signature("guess", asked),
                "no key": lambda asked: cra_signature("", asked),
                "nothing": lambda asked: "",
                "the key itself": lambda asked: KEY,
                "truncated": lambda asked: cra_signature(KEY, asked)[:-1],
                "truncated by four": lambda asked: cra_signature(KEY, asked)[:-4],
                "longer": lambda asked: cra_signature(KEY, asked) + "=",
                "with white space": lambda asked: cra_signature(KEY, asked) + "\n",
                "hexadecimal": lambda asked: digest(KEY.encode(), asked["challenge"].encode()).hex(),
                "of another text": lambda asked: cra_signature(
                    KEY, {"challenge": asked["challenge"].replace("machine", "admin")}),
                "huge": lambda asked: "A" * 60_000,
        }.items():
            with self.subTest(name):
                peer, asked = self.ask()
                self.assert_refuses(peer, forge(asked), {})

    def test_a_password_must_be_salted(self):
        peer, asked = self.ask("clerk")
        self.assert_refuses(peer, cra_signature(PASSWORD, {"challenge": asked["challenge"]}), {})

    def test_another_salt(self):
        for change in ({"salt": "another"}, {"iterations": 99}, {"keylen": 16}):
            with self.subTest(change):
                peer, asked = self.ask("clerk")
                self.assert_refuses(peer, cra_signature(PASSWORD, {**asked, **change}), {})

    def test_replayed_from_another_session(self):
        first, asked = self.ask()
        signature = cra_signature(KEY, asked)
        first.send(AUTHENTICATE, signature, {})
        self.welcomed(first)
        peer, _ = self.ask()
        self.assert_refuses(peer, signature, {})

    def test_replayed_on_the_same_connection(self):
        peer, asked = self.ask()
        signature = cra_signature(KEY, asked)
        peer.send(AUTHENTICATE, signature, {})
        self.welcomed(peer).leave()
        peer, _ = self.challenged("members", "wampcra", "machine", peer=peer)
        self.assert_refuses(peer, signature, {})

    def test_one_user_s_key_for_another_s_challenge(self):
        peer, asked = self.ask("both")
        peer.send(AUTHENTICATE, cra_signature(KEY, asked), {})  # it has the same key as "machine"
        self.assert_welcomed(peer, "both", "clerk", "wampcra")
        _, of_machine = self.ask()
        peer, _ = self.ask("both")
        self.assert_refuses(peer, base64_of(digest(KEY.encode(), of_machine["challenge"].encode())),
                            {})
