"""What a stranger can learn by asking: not who is there (protocol.md 1.3; "Authentication", advanced
profile). That both ways cost the same work is counted in test/auth/unknown_users_test.cpp."""

import time

from client_half import Scram, cra_signature, cryptosign_signature
from conformance import USUAL, on_links
from logins import DENIED, NO_METHOD, LoginTest, without_nonces
from users import OTHER_KEY, REALMS, SIGNING_KEY, public_key, signing_key
from wamp_client import *


@on_links(*USUAL)
class UnknownUserTest(LoginTest):
    """Unknown, and known with a wrong secret: the answers differ in nonces and salts alone."""

    def refusal(self, peer, *answer):
        """The octets of the ABORT."""
        peer.send(AUTHENTICATE, *answer)
        octets = peer.link.receive(time.monotonic() + TIMEOUT)
        self.assertEqual(peer.codec.decode(octets), [ABORT, {}, DENIED])
        peer.wait_closed()
        return octets

    def test_ticket(self):
        answers = []
        for authid in ("ticket", "nobody"):
            peer, asked = self.challenged("tickets", "ticket", authid)
            answers.append((asked, self.refusal(peer, "a guess", {})))
        self.assertEqual(*answers)

    def test_wampcra(self):
        for realm in ("machine", "clerk"):
            answers = []
            for authid in (realm, "nobody"):
                peer, asked = self.challenged(realm, "wampcra", authid)
                refusal = self.refusal(peer, cra_signature("a guess", asked), {})
                told = without_nonces(asked)
                self.assertEqual(told["challenge"].pop("authid"), authid)
                told["salt"] = len(told.get("salt", ""))
                answers.append((told, list(told), refusal))
            self.assertEqual(*answers)

    def test_scram(self):
        for realm in ("pbkdf2", "argon2"):
            answers = []
            for authid in (realm, "nobody"):
                login = Scram(authid, "a guess")
                peer, asked = self.challenged(realm, "wamp-scram", authid, login.hello)
                refusal = self.refusal(peer, *login.answer(asked))
                told = {**asked, "nonce": len(asked["nonce"]), "salt": len(asked["salt"])}
                answers.append((told, list(told), refusal))
            self.assertEqual(*answers)

    def test_cryptosign(self):
        answers = []
        for key in (SIGNING_KEY, signing_key(9)):
            peer, asked = self.challenged("keys", "cryptosign", None, {"pubkey": public_key(key)})
            self.assertEqual(len(asked.pop("challenge")), 64)
            answers.append((asked, self.refusal(
                peer, cryptosign_signature(OTHER_KEY, bytes(32)), {})))
        # Also one that signs well, and is nobody's.
        peer, asked = self.challenged("keys", "cryptosign", None, {"pubkey": public_key(signing_key(9))})
        signature = cryptosign_signature(signing_key(9), asked.pop("challenge"))
        answers.append((asked, self.refusal(peer, signature, {})))
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0], answers[2])

    def test_salts_stay(self):
        """Who is asked for another salt each time is not there."""
        for realm in ("pbkdf2", "argon2", "members"):
            salts = {authid: {self.challenged(realm, "wamp-scram", authid, Scram(authid, "").hello)
                              [1]["salt"] for _ in range(3)}
                     for authid in ("nobody", "nobody else", "pbkdf2")}
            self.assertEqual([len(told) for told in salts.values()], [1, 1, 1], realm)
            self.assertEqual(len(set.union(*salts.values())), 3, realm)
        salts = {authid: {self.challenged("clerk", "wampcra", authid)[1]["salt"]
                          for _ in range(3)} for authid in ("nobody", "nobody else", "clerk")}
        self.assertEqual([len(told) for told in salts.values()], [1, 1, 1])
        self.assertEqual(len(set.union(*salts.values())), 3)

    def test_costs_stay(self):
        """In a realm with several ways, an unknown name is always like one of those who are there."""
        kept = {("pbkdf2", 4096, None), ("argon2id13", 1, 64)}
        for number in range(8):
            authid = f"nobody{number}"
            told = {tuple(self.challenged("members", "wamp-scram", authid, Scram(authid, "").hello)
                          [1].get(key) for key in ("kdf", "iterations", "memory"))
                    for _ in range(2)}
            self.assertEqual(len(told), 1)
            self.assertLessEqual(told, kept)


@on_links(*USUAL)
class StrangerTest(LoginTest):
    """Of a realm whose name it knows, a stranger learns that it is there, and which methods it lists
    for all: no more."""

    def test_no_such_realm_tells_of_no_other(self):
        for wanted in ("nowhere", "member", "members.more", "Members", "tickets2"):
            message = self.hello(wanted, "ticket", authid="ticket").expect(ABORT)
            self.assertEqual(message[2], "wamp.error.no_such_realm")
            text = message[1].get("message", "").replace(wanted, "")
            for realm in REALMS:
                self.assertNotIn(realm["name"], text)

    def test_no_matching_method_is_told_to_all_alike(self):
        for realm in ("members", "tickets", "keys"):
            answers = [self.hello(realm, "x_none", authid=authid).expect(ABORT)
                       for authid in ("ticket", "clerk", "nobody")]
            self.assertEqual(answers[0][2], NO_METHOD)
            self.assertEqual(answers[0], answers[1])
            self.assertEqual(answers[0], answers[2])
