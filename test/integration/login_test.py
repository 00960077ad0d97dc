"""Who may come in, from outside: users of a configuration log in by methods that are written down
a second time in client_half.py, and whoever tries something else does not."""

import json
import os
import signal
import subprocess
import tempfile

from client_half import Scram, cra_signature
from gateway import all_may_do_everything, binary, wait_until
from gateway_test_case import GatewayTestCase
from wamp_client import *

EVERYWHERE = [(transport, codec) for transport in ("websocket", "tcp")
              for codec in ("json", "msgpack")] + [("unix", "cbor"), ("longpoll", "json")]
DENIED = [ABORT, {}, "wamp.error.authentication_denied"]
METHODS = ("ticket", "wampcra", "wamp-scram")


def add_user(authid, password, *options):
    """What stands for the user in a configuration."""
    done = subprocess.run([binary(), "add-user", authid, *options], input=password + "\n",
                          capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 0, done.stderr
    assert password not in done.stdout, done.stdout
    return json.loads(done.stdout)


def all_methods(*names):
    return [option for name in names for option in ("--method", name)]


class Login:
    """One attempt of a client, as the specification has it."""

    def __init__(self, peer, method, authid="joe", password="secret", realm="guarded"):
        self.peer, self.method, self.password = peer, method, password
        self.scram = Scram(authid, password)
        extra = self.scram.hello if method == "wamp-scram" else {}
        self.peer.send(HELLO, realm, {"roles": ALL_ROLES, "authmethods": [method],
                                      "authid": authid, "authextra": extra})

    def challenge(self):
        self.extra = self.peer.expect(CHALLENGE, self.method)[2]
        return self.extra

    def answer(self, **changes):
        signature, extra = getattr(self, self.method.replace("-", "_"))()
        self.sent = [AUTHENTICATE, changes.pop("signature", signature), {**extra, **changes}]
        self.peer.send(*self.sent)
        return self.peer.receive()

    def log_in(self):
        self.challenge()
        return self.answer()

    def ticket(self):
        return self.password, {}

    def wampcra(self):
        return cra_signature(self.password, self.extra), {}

    def wamp_scram(self):
        assert self.extra["nonce"].startswith(self.scram.client_nonce)
        assert self.extra["kdf"] == "pbkdf2"
        return self.scram.answer(self.extra)


class LoginTestCase(GatewayTestCase):
    @classmethod
    def setUpClass(cls):
        cls.joe = add_user("joe", "secret", "--role", "clerk", *all_methods(*METHODS))

    def realm(self, *methods, name="guarded", **more):
        return {"name": name,
                "auth": {"methods": list(methods or METHODS), "users": [self.joe], **more},
                "roles": all_may_do_everything("clerk", "boss", "guest", "anonymous")}

    def serve(self, *realms, **options):
        return self.start(realms=realms or [self.realm()], listener={"long_poll": "/longpoll"},
                          **options)


class MethodsTest(LoginTestCase):
    def test_every_method_opens_the_door_on_every_link(self):
        gateway = self.serve()
        for method in METHODS:
            for transport, codec in EVERYWHERE:
                with self.subTest(method=method, transport=transport, codec=codec):
                    peer = gateway.connect(transport, codec)
                    login = Login(peer, method)
                    code, session, details = login.log_in()
                    self.assertEqual(code, WELCOME)
                    self.assertEqual([details[key] for key in (
                        "authid", "authrole", "authmethod", "authprovider", "realm")],
                        ["joe", "clerk", method, "static", "guarded"])
                    if method == "wampcra":
                        signed = json.loads(login.extra["challenge"])
                        self.assertEqual(signed["session"], session)
                        self.assertEqual(signed["authid"], "joe")
                    if method == "wamp-scram":
                        self.assertEqual(details["authextra"], {"verifier": login.scram.verifier(login.extra)})
                    self.assertEqual(peer.call("wamp.session.count")[3], [1])
                    peer.leave()

    def test_the_realms_order_counts(self):
        gateway = self.serve(self.realm("ticket", "wampcra"))
        peer = gateway.connect()
        peer.send(HELLO, "guarded", {"roles": ALL_ROLES, "authmethods": ["wampcra", "ticket"],
                                     "authid": "joe"})
        peer.expect(CHALLENGE, "ticket", {})

    def test_the_anonymous_have_the_role_that_the_file_gives_them(self):
        gateway = self.serve(self.realm("ticket", "anonymous", anonymous_role="guest"))
        self.assertEqual(gateway.join("guarded").welcome[2]["authrole"], "guest")
        self.assertEqual(Login(gateway.connect(), "ticket").log_in()[0], WELCOME)


class RefusalTest(LoginTestCase):
    def assert_refused(self, peer, answer, reason="wamp.error.authentication_denied"):
        self.assertEqual([answer[0], answer[2]], [ABORT, reason])
        peer.wait_closed()

    def test_a_method_that_was_not_configured(self):
        gateway = self.serve(self.realm("ticket"))
        for offered in (["anonymous"], ["wampcra", "wamp-scram"], []):
            peer = gateway.connect()
            peer.send(HELLO, "guarded", {"roles": ALL_ROLES, "authmethods": offered,
                                         "authid": "joe"})
            self.assert_refused(peer, peer.receive(), "wamp.error.no_matching_auth_method")

    def test_a_wrong_password_and_an_unknown_user_look_the_same(self):
        gateway = self.serve()
        for method in METHODS:
            seen = []
            for authid in ("joe", "nobody"):
                peer = gateway.connect()
                login = Login(peer, method, authid, "guess")
                shape = {key: type(value).__name__ for key, value in login.challenge().items()}
                costs = [login.extra.get(key) for key in ("iterations", "keylen", "kdf", "memory")]
                seen.append((shape, costs, login.answer()))
                peer.wait_closed()
            with self.subTest(method=method):
                self.assertEqual(seen[0], seen[1])
                self.assertEqual(seen[0][2], DENIED)

    def test_the_salts_of_the_unknown_outlive_a_gateway_that_has_a_key(self):
        with tempfile.NamedTemporaryFile("w", suffix=".key") as key:
            key.write(os.urandom(32).hex())
            key.flush()
            for path, is_kept in ((key.name, True), ("", False)):
                salts = {(authid, method): set() for authid in ("joe", "nobody")
                         for method in ("wampcra", "wamp-scram")}
                for _ in range(2):
                    gateway = self.serve(self.realm(router_key=path))
                    for (authid, method), told in salts.items():
                        told.add(Login(gateway.connect(), method, authid).challenge()["salt"])
                    gateway.stop()
                for (authid, method), told in salts.items():
                    with self.subTest(path=path, authid=authid, method=method):
                        self.assertEqual(len(told) == 1, is_kept or authid == "joe")

    def test_an_answer_that_was_overheard(self):
        gateway = self.serve()
        for method in ("wampcra", "wamp-scram"):
            with self.subTest(method=method):
                first = Login(gateway.connect(), method)
                self.assertEqual(first.log_in()[0], WELCOME)
                peer = gateway.connect()
                Login(peer, method).challenge()
                peer.send(*first.sent)
                answer = peer.receive()
                self.assertEqual(answer[0], ABORT)
                peer.wait_closed()

    def test_an_answer_that_is_cut_off(self):
        gateway = self.serve()
        for method in METHODS:
            with self.subTest(method=method):
                peer = gateway.connect()
                login = Login(peer, method)
                login.challenge()
                signature, _ = getattr(login, method.replace("-", "_"))()
                self.assertEqual(login.answer(signature=signature[:-4])[0], ABORT)
                peer.wait_closed()

    def test_another_nonce(self):
        gateway = self.serve()
        peer = gateway.connect()
        login = Login(peer, "wamp-scram")
        login.challenge()
        self.assertEqual(login.answer(nonce=login.scram.client_nonce + "x")[0], ABORT)
        peer.wait_closed()

    def test_anything_but_authenticate_after_challenge(self):
        gateway = self.serve()
        for message in ([HELLO, "guarded", {"roles": ALL_ROLES}], [SUBSCRIBE, 1, {}, "a.topic"],
                        [CALL, 1, {}, "wamp.session.count"], [WELCOME, 1, {}],
                        [CHALLENGE, "ticket", {}], [GOODBYE, {}, "wamp.close.normal"]):
            with self.subTest(message=message):
                peer = gateway.connect()
                Login(peer, "ticket").challenge()
                peer.send(*message)
                self.assert_refused(peer, peer.receive(), "wamp.error.protocol_violation")

    def test_authenticate_that_nobody_asked_for(self):
        gateway = self.serve(self.realm("ticket", "anonymous"))
        before = gateway.connect()
        before.send(AUTHENTICATE, "secret", {})
        self.assert_refused(before, before.receive(), "wamp.error.protocol_violation")
        inside = gateway.join("guarded")
        inside.send(AUTHENTICATE, "secret", {})
        self.assert_refused(inside, inside.receive(), "wamp.error.protocol_violation")
        twice = gateway.connect()
        login = Login(twice, "ticket")
        login.challenge()
        self.assertEqual(login.answer()[0], WELCOME)
        twice.send(*login.sent)
        self.assert_refused(twice, twice.receive(), "wamp.error.protocol_violation")

    def test_who_does_not_answer_in_time(self):
        gateway = self.serve(limits={"authenticate_timeout_ms": 300})
        silent = [gateway.connect(transport) for transport in ("websocket", "tcp", "unix")]
        for peer in silent:
            Login(peer, "ticket").challenge()
        quick = gateway.connect()  # whom the others do not hold up
        self.assertEqual(Login(quick, "ticket").log_in()[0], WELCOME)
        for peer in silent:
            self.assert_refused(peer, peer.receive(), "wamp.error.authentication_failed")

    def test_many_who_begin_and_do_not_go_on(self):
        gateway = self.serve()
        for _ in range(200):
            Login(gateway.connect("tcp"), "wampcra").challenge()
        self.assertEqual(Login(gateway.connect(), "ticket").log_in()[0], WELCOME)

    def test_many_who_answer_and_do_not_wait(self):
        """Nobody derives keys for who has gone, so they are in nobody's way."""
        gateway = self.serve()
        for _ in range(500):
            peer = gateway.connect("tcp")
            login = Login(peer, "ticket", password="a guess")
            login.challenge()
            peer.send(AUTHENTICATE, "a guess", {})
            peer.close()
        self.assertEqual(Login(gateway.connect(), "ticket").log_in()[0], WELCOME)

    def test_abort_takes_a_login_back(self):
        gateway = self.serve()
        peer = gateway.connect()
        Login(peer, "ticket").challenge()
        peer.send(ABORT, {}, "wamp.error.no")
        peer.wait_closed()


class DynamicTest(LoginTestCase):
    """A procedure of another realm decides."""

    def setUp(self):
        self.gateway = self.serve(
            {"name": "deciders"},
            self.realm("ticket", dynamic={"procedure": "a.decides", "realm": "deciders"}))
        self.decider = self.gateway.join("deciders")

    def asked(self, login):
        login.challenge()
        login.peer.send(AUTHENTICATE, login.password, {})
        _, self.invocation, _, _, args = self.decider.expect(INVOCATION)
        return args

    def test_a_procedure_lets_in_whom_it_likes(self):
        self.decider.register("a.decides")
        for answer, role in (("clerk", "clerk"), ({"role": "boss", "authid": "ann"}, "boss")):
            login = Login(self.gateway.connect(), "ticket")
            realm, authid, details = self.asked(login)
            self.assertEqual([realm, authid, details["ticket"], details["authmethod"]],
                             ["guarded", "joe", "secret", "ticket"])
            self.decider.send(YIELD, self.invocation, {}, [answer])
            code, session, who = login.peer.receive()
            self.assertEqual([code, session], [WELCOME, details["session"]])
            self.assertEqual([who["authrole"], who["authprovider"]], [role, "dynamic"])

    def test_a_procedure_lets_nobody_in_whom_it_does_not_like(self):
        self.decider.register("a.decides")
        login = Login(self.gateway.connect(), "ticket")
        self.asked(login)
        self.decider.send(YIELD, self.invocation, {}, [None])
        self.assertEqual(login.peer.receive(), DENIED)

    def test_without_the_procedure_nobody_comes_in(self):
        login = Login(self.gateway.connect(), "ticket")
        answer = login.log_in()
        self.assertEqual([answer[0], answer[2]], [ABORT, "wamp.error.authentication_failed"])

    def test_who_leaves_meanwhile_is_forgotten(self):
        self.decider.register("a.decides")
        login = Login(self.gateway.connect("tcp"), "ticket")
        self.asked(login)
        login.peer.close()
        self.decider.send(YIELD, self.invocation, {}, ["clerk"])
        self.assertEqual(self.decider.call("wamp.session.count")[3], [1])


class SighupTest(LoginTestCase):
    def reload(self, gateway, told, change):
        """`change(realm)` changes the first realm's configuration."""
        with open(gateway.config_path, encoding="utf-8") as file:
            config = json.load(file)
        change(config["realms"][0])
        with open(gateway.config_path, "w", encoding="utf-8") as file:
            json.dump(config, file)
        before = gateway.log().count(told)
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: gateway.log().count(told) > before, told)

    def test_users_come_and_go_and_sessions_stay(self):
        gateway = self.serve()
        inside = gateway.connect()
        self.assertEqual(Login(inside, "ticket").log_in()[0], WELCOME)
        ann = add_user("ann", "other", "--role", "boss", "--method", "wampcra")
        self.reload(gateway, "users may come in", lambda realm: realm["auth"].update(users=[ann]))
        self.assertEqual(Login(gateway.connect(), "ticket").log_in(), DENIED)
        self.assertEqual(Login(gateway.connect(), "wampcra", "ann", "other").log_in()[0], WELCOME)
        self.assertEqual(inside.call("wamp.session.count")[3], [2])
        self.assertNotIn("takes effect when the gateway is started anew", gateway.log())

    def test_what_roles_may_do_changes_for_sessions_that_are_there(self):
        gateway = self.serve()
        inside = gateway.connect()
        self.assertEqual(Login(inside, "ticket").log_in()[0], WELCOME)
        self.assertEqual(inside.call("wamp.session.count")[0], RESULT)

        def allow_nothing(realm):
            realm["roles"] = [{"name": "clerk", "permissions": []}]

        self.reload(gateway, "may do has changed", allow_nothing)
        refused = inside.call("wamp.session.count")
        self.assertEqual([refused[0], refused[4]], [ERROR, "wamp.error.not_authorized"])
        self.assertNotIn("takes effect when the gateway is started anew", gateway.log())

    def test_a_file_that_is_wrong_changes_nothing(self):
        gateway = self.serve()
        self.reload(gateway, "everything stays as it was", lambda realm: realm.pop("roles"))
        self.assertIn("needs roles", gateway.log())
        self.assertEqual(Login(gateway.connect(), "ticket").log_in()[0], WELCOME)
