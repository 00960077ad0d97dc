"""Who may do what: rules for roles, and a procedure that decides ("Authorization")."""

from conformance import USUAL, on_links
from wamp_client import *

NOT_AUTHORIZED = "wamp.error.not_authorized"
FAILED = "wamp.error.authorization_failed"


class AuthorizationTest:
    realm = None

    def join(self, realm=None, **options):
        return super().join(realm or self.realm, **options)

    def assert_refused(self, peer, uri, kind, options, *rest):
        answer = peer.request(kind, options, *rest)
        self.assert_error(answer, kind, peer.last_id, uri)


@on_links(*USUAL)
class RolesTest(AuthorizationTest):
    realm = "roles"

    def test_what_no_rule_allows_is_refused(self):
        peer = self.join()
        uri = self.uri("closed")
        self.assert_refused(peer, NOT_AUTHORIZED, SUBSCRIBE, {}, uri)
        self.assert_refused(peer, NOT_AUTHORIZED, PUBLISH, {"acknowledge": True}, uri)
        self.assert_refused(peer, NOT_AUTHORIZED, REGISTER, {}, uri)
        self.assert_refused(peer, NOT_AUTHORIZED, CALL, {}, uri)
        uri = self.uri("read")
        self.assert_refused(peer, NOT_AUTHORIZED, PUBLISH, {"acknowledge": True}, uri)
        self.assert_refused(peer, NOT_AUTHORIZED, REGISTER, {}, uri)

    def test_a_refused_publication_is_silent_without_acknowledge(self):
        peer = self.join()
        peer.publish_only(self.uri("closed"))
        peer.publish(self.uri("open"))  # its answer is the first that comes

    def test_what_a_rule_allows_works(self):
        one, other = self.join(), self.join()
        uri = self.uri("open")
        one.subscribe(uri)
        other.publish(uri, ["hello"])
        self.assertEqual(one.expect(EVENT)[4], ["hello"])
        one.register(uri)
        request = other.start_call(uri, [1])
        one.send(YIELD, one.expect(INVOCATION)[1], {}, [2])
        self.assertEqual(other.receive(), [RESULT, request, {}, [2]])
        self.assert_refused(other, "wamp.error.no_such_procedure", CALL, {}, self.uri("read"))

    def test_a_pattern_brings_what_its_names_may_bring(self):
        one, other = self.join(), self.join()
        topic, hidden = self.uri("open"), self.uri("open.hidden")
        through = one.subscribe("test.open.", match="prefix")
        other.publish(hidden, ["hidden"])
        other.publish(topic, ["seen"])
        event = one.expect(EVENT)
        self.assertEqual((event[1], event[4]), (through, ["seen"]))
        one.register("test.open.", match="prefix")
        self.assert_refused(other, "wamp.error.no_such_procedure", CALL, {}, hidden)
        other.start_call(topic)
        self.assertEqual(one.expect(INVOCATION)[3]["procedure"], topic)

    def test_a_pattern_may_not_reach_further_than_a_rule(self):
        peer = self.join()
        for pattern, match in (("test.", "prefix"), ("test.open", "prefix"), ("", "prefix"),
                               ("test..", "wildcard"), ("test.x.named", "prefix"),
                               ("wamp.", "prefix"), ("wamp.subscription.on_create", "prefix"),
                               ("..on_create", "wildcard")):
            with self.subTest(pattern=pattern, match=match):
                self.assert_refused(peer, NOT_AUTHORIZED, SUBSCRIBE, {"match": match}, pattern)

    def test_a_rule_discloses_whom_it_names(self):
        one, other = self.join(), self.join()
        uri = self.uri().replace("test.uri.", "test.") + ".named"
        one.subscribe(uri)
        one.register(uri)
        other.publish(uri)
        self.assertEqual(one.expect(EVENT)[3]["publisher"], other.session)
        other.start_call(uri)
        self.assertEqual(one.expect(INVOCATION)[3]["caller"], other.session)
        plain = self.uri("open")
        one.subscribe(plain)
        other.publish(plain)
        self.assertNotIn("publisher", one.expect(EVENT)[3])

    def test_the_meta_api_is_no_exception(self):
        peer = self.join()
        self.assertEqual(peer.call("wamp.session.count")[0], RESULT)
        self.assert_refused(peer, NOT_AUTHORIZED, CALL, {}, "wamp.session.list")
        self.assert_refused(peer, NOT_AUTHORIZED, CALL, {}, "wamp.session.kill_all")
        self.assert_refused(peer, NOT_AUTHORIZED, CALL, {}, "wamp.registration.list")
        self.assert_refused(peer, NOT_AUTHORIZED, CALL, {}, "wamp.subscription.list")
        self.assert_refused(peer, NOT_AUTHORIZED, SUBSCRIBE, {}, "wamp.session.on_join")
        peer.subscribe("wamp.subscription.on_create")
        topic = self.uri("open")
        self.join().subscribe(topic)
        while peer.expect(EVENT)[4][1]["uri"] != topic:
            pass


@on_links(*USUAL)
class AuthorizerTest(AuthorizationTest):
    realm = "judged"

    def setUp(self):
        super().setUp()
        self.judge = self.join()
        self.judge.register("test.may", force_reregister=True)  # the last test's may be leaving

    def decide(self, *answer):
        """Answers the next question; returns it."""
        asked = self.judge.expect(INVOCATION)
        self.judge.send(YIELD, asked[1], {}, list(answer))
        return asked[4]

    def test_it_is_told_who_asks_for_what(self):
        peer = self.join()
        topic = self.uri()
        request = peer.next_id()
        peer.send(SUBSCRIBE, request, {"match": "prefix"}, topic)
        who, uri, action, options = self.decide(True)
        self.assertEqual(peer.receive()[:2], [SUBSCRIBED, request])
        self.assertEqual(who, {"session": peer.session, **{
            key: peer.welcome[2][key]
            for key in ("authid", "authrole", "authmethod", "authprovider")}})
        self.assertEqual((uri, action, options), (topic, "subscribe", {"match": "prefix"}))

    def test_it_decides_about_every_action(self):
        peer = self.join()
        uri = self.uri()
        for kind, action, options in ((REGISTER, "register", {}), (CALL, "call", {}),
                                      (PUBLISH, "publish", {"acknowledge": True}),
                                      (SUBSCRIBE, "subscribe", {})):
            with self.subTest(action=action):
                request = peer.next_id()
                peer.send(kind, request, options, uri)
                self.assertEqual(self.decide({"allow": False})[1:3], [uri, action])
                self.assert_error(peer.receive(), kind, request, NOT_AUTHORIZED)

    def test_the_session_waits_for_it_in_order_and_nobody_else_does(self):
        peer, other = self.join(), self.join()
        for _ in range(3):
            peer.send(PUBLISH, peer.next_id(), {"acknowledge": True}, self.uri())
        other.publish(self.uri("open"))  # by a rule
        for request, allow in ((1, True), (2, False), (3, True)):
            self.decide(allow)
            answer = peer.receive()
            if allow:
                self.assertEqual(answer[:2], [PUBLISHED, request])
            else:
                self.assert_error(answer, PUBLISH, request, NOT_AUTHORIZED)

    def test_it_is_asked_once_for_what_it_wants_to_be_remembered(self):
        peer = self.join()
        topic = self.uri()
        for number in range(20):
            peer.send(PUBLISH, peer.next_id(), {"acknowledge": True}, topic)
            if number == 0:
                self.decide({"allow": True, "cache": True})
            self.assertEqual(peer.receive()[:2], [PUBLISHED, number + 1])
        peer.send(PUBLISH, peer.next_id(), {"acknowledge": True}, self.uri())
        self.decide(True)  # the next question is about another topic
        self.assertEqual(peer.receive()[0], PUBLISHED)

    def test_whatever_else_it_answers_is_a_failure(self):
        peer = self.join()
        for answer in ([], ["yes"], [1], [None], [{}], [{"allow": "yes"}], [True, True],
                       [{"allow": True, "cache": "long"}]):
            with self.subTest(answer=answer):
                request = peer.next_id()
                peer.send(CALL, request, {}, self.uri())
                self.decide(*answer)
                self.assert_error(peer.receive(), CALL, request, FAILED)
        request = peer.next_id()
        peer.send(CALL, request, {}, self.uri())
        self.judge.send(ERROR, INVOCATION, self.judge.expect(INVOCATION)[1], {}, "test.oops")
        self.assert_error(peer.receive(), CALL, request, FAILED)

    def test_without_it_nothing_is_allowed_but_by_rules(self):
        peer = self.join()
        request = peer.next_id()
        peer.send(CALL, request, {}, self.uri())
        self.judge.expect(INVOCATION)
        self.judge.leave()
        self.assert_error(peer.receive(), CALL, request, FAILED)
        self.assert_refused(peer, FAILED, SUBSCRIBE, {}, self.uri())
        peer.publish(self.uri("open"))
        peer.register("test.may")
