"""How a login goes, whatever its method: HELLO, CHALLENGE, AUTHENTICATE, WELCOME
(protocol.md 1.3; "Authentication", advanced profile). What each method checks is in its own file."""

import unittest

from client_half import Scram, cra_signature, cryptosign_signature
from conformance import EVERY, USUAL, VIOLATION, on_links
from gateway_test_case import GatewayTestCase
from logins import DENIED, FAILED, NO_METHOD, LoginTest
from session_test import well_formed
from users import KEY, PASSWORD, REALMS, SIGNING_KEY, TICKET, public_key
from wamp_client import *


@on_links(*EVERY)
class EveryMethodTest(LoginTest):
    """Every method on every transport in every format."""

    def test_ticket(self):
        peer, asked = self.challenged("members", "ticket", "ticket")
        self.assertEqual(asked, {})
        peer.send(AUTHENTICATE, TICKET, {})
        self.assert_welcomed(peer, "ticket", "guest", "ticket")

    def test_wampcra(self):
        for authid, role, secret in (("machine", "machine", KEY), ("clerk", "clerk", PASSWORD)):
            peer, asked = self.challenged("members", "wampcra", authid)
            peer.send(AUTHENTICATE, cra_signature(secret, asked), {})
            self.assert_welcomed(peer, authid, role, "wampcra")

    def test_scram(self):
        for authid in ("pbkdf2", "argon2"):
            login = Scram(authid, PASSWORD)
            peer, asked = self.challenged("members", "wamp-scram", authid, login.hello)
            peer.send(AUTHENTICATE, *login.answer(asked))
            details = self.assert_welcomed(peer, authid, "clerk", "wamp-scram")
            self.assertEqual(details["authextra"], {"verifier": login.verifier(asked)})

    def test_cryptosign(self):
        peer, asked = self.challenged("members", "cryptosign", None,
                                      {"pubkey": public_key(SIGNING_KEY), "channel_binding": None})
        peer.send(AUTHENTICATE, cryptosign_signature(SIGNING_KEY, asked["challenge"]), {})
        self.assert_welcomed(peer, "signer", "machine", "cryptosign")

    def test_a_wrong_answer_is_refused(self):
        peer, _ = self.challenged("members", "ticket", "ticket")
        self.assert_refuses(peer, "a guess", {})


@on_links(*USUAL)
class LoginOrderTest(LoginTest):
    """Between HELLO and WELCOME there is one thing to say, and one time to say it."""

    def test_authenticate_before_challenge(self):
        """Also the right one: it answers nothing yet."""
        peer = self.connect()
        peer.send_all([
            [HELLO, "members", {"roles": ALL_ROLES, "authmethods": ["ticket"], "authid": "ticket"}],
            [AUTHENTICATE, TICKET, {}]])
        self.assert_aborted(peer, VIOLATION)

    def test_authenticate_twice(self):
        for signatures in ((TICKET, TICKET), ("a guess", TICKET)):
            with self.subTest(signatures):
                peer, _ = self.challenged("members", "ticket", "ticket")
                peer.send_all([[AUTHENTICATE, signature, {}] for signature in signatures])
                self.assert_aborted(peer, VIOLATION)

    def test_authenticate_after_welcome(self):
        self.assert_violation(self.by_ticket(), AUTHENTICATE, TICKET, {})
        self.assert_violation(self.join(), AUTHENTICATE, TICKET, {})

    def test_nothing_but_authenticate_answers_challenge(self):
        for name, message in well_formed().items():
            if name != "AUTHENTICATE":
                with self.subTest(name):
                    self.assert_violation(self.challenged("members", "ticket", "ticket")[0],
                                          *message)

    def test_what_comes_with_authenticate_is_not_served(self):
        """A peer speaks after WELCOME, not before."""
        watcher = self.by_ticket()
        topic = self.uri()
        watcher.subscribe(topic)
        peer, _ = self.challenged("members", "ticket", "ticket")
        peer.send_all([[AUTHENTICATE, TICKET, {}], [PUBLISH, 1, {}, topic, ["too early"]]])
        self.assert_aborted(peer, VIOLATION)
        watcher.publish(topic, ["sentinel"], exclude_me=False)
        self.assertEqual(watcher.expect(EVENT)[4], ["sentinel"])

    def test_abort_instead_of_authenticate_is_not_answered(self):
        peer, _ = self.challenged("members", "ticket", "ticket")
        peer.send(ABORT, {}, "wamp.error.cannot_authenticate")
        peer.wait_closed()

    def test_wrong_types(self):
        for answer in ([], [TICKET], [TICKET, []], [TICKET, None], [1, {}], [None, {}],
                       [[TICKET], {}], [{"ticket": TICKET}, {}]):
            with self.subTest(answer):
                peer, _ = self.challenged("members", "ticket", "ticket")
                self.assert_violation(peer, AUTHENTICATE, *answer)

    def test_another_login_on_the_same_connection(self):
        """GOODBYE takes the identity away: the next session must show who it is again."""
        peer = self.by_ticket()
        peer.leave()
        peer, _ = self.challenged("members", "ticket", "ticket", peer=peer)
        self.assert_refuses(peer, "a guess", {})

    def test_a_refused_login_leaves_no_trace(self):
        watcher = self.by_ticket()
        watcher.subscribe("wamp.session.on_join")
        watcher.subscribe("wamp.session.on_leave")
        peer, _ = self.challenged("members", "ticket", "machine")
        self.assert_refuses(peer, "a guess", {})
        peer, _ = self.challenged("members", "ticket", "ticket")
        peer.close()
        joined = self.by_ticket()
        self.assertEqual(watcher.expect(EVENT)[4][0]["session"], joined.session)

    def test_the_challenge_does_not_count_as_a_session(self):
        watcher = self.by_ticket(realm="tickets")
        before = watcher.call("wamp.session.list")[3][0]
        self.challenged("tickets", "ticket", "ticket")
        self.assertEqual(watcher.call("wamp.session.list")[3][0], before)


@on_links(*USUAL)
class MethodChoiceTest(LoginTest):
    """The realm says by which methods one may come in, and which it likes best."""

    def test_the_router_s_order_wins(self):
        for methods in (("ticket", "wampcra"), ("wampcra", "ticket")):
            for realm, chosen in (("ticket.first", "ticket"), ("wampcra.first", "wampcra")):
                peer = self.hello(realm, *methods, authid="both")
                peer.expect(CHALLENGE, chosen)

    def test_a_method_that_the_realm_does_not_list(self):
        for methods in (["wampcra"], ["anonymous"], ["cookie", "tls"], ["Ticket"], [""], []):
            with self.subTest(methods):
                self.assert_refused_hello(NO_METHOD, "tickets", *methods, authid="ticket")

    def test_no_methods_mean_anonymous(self):
        for realm, answer in (("tickets", ABORT), ("open.to.all", WELCOME)):
            peer = self.connect()
            peer.send(HELLO, realm, {"roles": ALL_ROLES, "authid": "ticket"})
            message = peer.expect(answer)
            if answer == ABORT:
                self.assertEqual(message[2], NO_METHOD)
            else:
                self.assertEqual(message[2]["authmethod"], "anonymous")
                self.assertNotEqual(message[2]["authid"], "ticket")

    def test_nobody_is_asked_for_what_it_has_not_offered(self):
        """Whoever is in between cannot make a client give away more than it wants to."""
        peer = self.hello("members", "ticket", authid="ticket")
        peer.expect(CHALLENGE, "ticket")
        peer = self.hello("members", "x_unknown", "ticket", authid="ticket")
        peer.expect(CHALLENGE, "ticket")

    def test_the_answer_to_another_method_s_challenge(self):
        peer, _ = self.challenged("wampcra.first", "wampcra", "both")
        self.assert_refuses(peer, TICKET, {})
        peer, _ = self.challenged("ticket.first", "ticket", "both")
        self.assert_refuses(peer, cra_signature(KEY, {"challenge": ""}), {})

    def test_who_is_known_for_one_method_is_not_for_another(self):
        peer, _ = self.challenged("members", "ticket", "machine")
        self.assert_refuses(peer, KEY, {})
        peer, asked = self.challenged("members", "wampcra", "ticket")
        self.assert_refuses(peer, cra_signature(TICKET, asked), {})

    def test_what_methods_need(self):
        for method in ("ticket", "wampcra", "wamp-scram", "cryptosign"):
            with self.subTest(method):
                text = self.assert_refused_hello(FAILED, "members", method)
                self.assertIn("HELLO.Details.auth", text)


# What a stranger may put into HELLO.
ABSURD = {
    "text": "x" * 20_000,
    "list": [0] * 5_000,
    "dict": {f"key{n}": n for n in range(1_500)},
    "null": None,
    "number": 2**63,
    "negative": -1,
    "float": 1e300,
    "bool": True,
    "empty": "",
    "control": "\x00\x01\x1f",
    "not hexadecimal": "zz" * 32,
    "commas": "n=admin,r=x",
}
# null is as if it were not there, an empty binding is none, and some letters are base64, too.
NOT_ABSURD = {
    "wamp-scram": {("channel_binding", "null"), ("channel_binding", "empty"),
                   ("nonce", "not hexadecimal")},
    "cryptosign": {("channel_binding", "null"), ("challenge", "null")},
}


@on_links(*USUAL)
class AbsurdHelloTest(LoginTest):
    """A stranger's HELLO is answered by ABORT, whatever is in it, and harms nobody else."""

    def assert_absurd(self, method, **details):
        peer = self.hello("members", method, **details)
        message = peer.expect(ABORT)
        self.assertIn(message[2], (FAILED, DENIED, VIOLATION))
        peer.wait_closed()

    def test_members_of_authextra(self):
        witness = self.by_ticket()
        for method, key in (("wamp-scram", "nonce"), ("wamp-scram", "channel_binding"),
                            ("cryptosign", "pubkey"), ("cryptosign", "channel_binding"),
                            ("cryptosign", "challenge")):
            right = ({"nonce": "bm9uY2U="} if method == "wamp-scram"
                     else {"pubkey": public_key(SIGNING_KEY)})
            for name, value in ABSURD.items():
                if (key, name) in NOT_ABSURD.get(method, ()):
                    continue
                with self.subTest(f"{method} {key}: {name}"):
                    self.assert_absurd(method, authid="pbkdf2", authextra={**right, key: value})
        self.assertEqual(witness.call("wamp.session.get", [witness.session])[0], RESULT)

    def test_authextra(self):
        for value in ("x", 1, [], True, [{}]):
            for method in ("ticket", "wamp-scram", "cryptosign"):
                with self.subTest(f"{method}: {value}"):
                    peer = self.hello("members", method, authid="ticket", authextra=value)
                    self.assert_aborted(peer, VIOLATION)

    def test_authextra_that_no_method_looks_at(self):
        peer, _ = self.challenged("members", "ticket", "ticket", ABSURD)
        peer.send(AUTHENTICATE, TICKET, ABSURD)
        self.assert_welcomed(peer, "ticket", "guest", "ticket")

    def test_depth(self):
        deep = "bm9uY2U="
        for _ in range(300):
            deep = [deep]
        self.assert_absurd("wamp-scram", authid="pbkdf2", authextra={"nonce": deep})

    def test_authids(self):
        """A name is bytes to compare, not something to interpret."""
        for authid in ("x" * 60_000, "ticket\x00", "Ticket", " ticket", "ticket ", "../ticket",
                       "ticket$", "\u202eticket", "ｔicket"):
            with self.subTest(authid[:20]):
                peer, _ = self.challenged("members", "ticket", authid)
                self.assert_refuses(peer, TICKET, {})

    def test_many_methods(self):
        peer = self.hello("members", *(f"x{n}" for n in range(5_000)), "ticket", authid="ticket")
        peer.expect(CHALLENGE, "ticket")


    def test_much_before_welcome(self):
        """Whoever is not in yet is held only so much of."""
        self.assert_aborted(self.hello("members", "ticket", authid="x" * 70_000), VIOLATION)
        peer, _ = self.challenged("members", "ticket", "ticket")
        self.assert_violation(peer, AUTHENTICATE, "x" * 70_000, {})
        peer = self.by_ticket()
        peer.send(CALL, 1, {}, "no.such.procedure", ["x" * 70_000])
        self.assertEqual(peer.receive()[:3], [ERROR, CALL, 1])


class LateLoginTest(GatewayTestCase, LoginTest):
    """A login that is never finished is ended in time."""

    def setUp(self):
        self.gateway = self.start(realms=REALMS, limits={"authenticate_timeout_ms": 300,
                                                          "close_timeout_ms": 300})

    def tearDown(self):
        self.assertTrue(self.gateway.is_running())

    def assert_ended(self, peer):
        self.assertEqual(self.assert_aborted(peer, FAILED), "no AUTHENTICATE came in time")

    def test_no_answer(self):
        witness = self.by_ticket()
        for transport, codec in USUAL:
            with self.subTest(f"{transport} {codec}"):
                peer = self.gateway.connect(transport, codec)
                self.assert_ended(self.challenged("members", "ticket", "ticket", peer=peer)[0])
        self.assertEqual(witness.call("wamp.session.count")[3], [1])

    def test_half_an_answer(self):
        """Whoever sends something is not spared."""
        for transport, codec in USUAL:
            with self.subTest(f"{transport} {codec}"):
                peer = self.gateway.connect(transport, codec)
                self.challenged("members", "ticket", "ticket", peer=peer)
                frame = peer.link.frame(peer.codec.encode([AUTHENTICATE, TICKET, {}]))
                peer.link.stream.send(frame[:len(frame) // 2])
                self.assert_ended(peer)

    def test_many_at_once(self):
        """They do not keep others out."""
        late = [self.challenged("members", "ticket", "ticket")[0] for _ in range(200)]
        self.by_ticket()
        for peer in late:
            self.assert_ended(peer)


if __name__ == "__main__":
    unittest.main()
