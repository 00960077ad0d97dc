"""Opening and closing of sessions (protocol.md 1.0, 1.1, 1.3)."""

import time

from conformance import EVERY, USUAL, on_links
from wamp_client import *


# One message of every kind with the right shape, for the states in which it is illegal.
def well_formed():
    return {
        "HELLO": [HELLO, "realm1", {"roles": ALL_ROLES}],
        "WELCOME": [WELCOME, 1, {"roles": {"broker": {}}}],
        "CHALLENGE": [CHALLENGE, "ticket", {}],
        "AUTHENTICATE": [AUTHENTICATE, "secret", {}],
        "GOODBYE": [GOODBYE, {}, "wamp.close.normal"],
        "ERROR": [ERROR, INVOCATION, 1, {}, "some.error"],
        "PUBLISH": [PUBLISH, 1, {}, "some.topic"],
        "PUBLISHED": [PUBLISHED, 1, 1],
        "SUBSCRIBE": [SUBSCRIBE, 1, {}, "some.topic"],
        "SUBSCRIBED": [SUBSCRIBED, 1, 1],
        "UNSUBSCRIBE": [UNSUBSCRIBE, 1, 1],
        "UNSUBSCRIBED": [UNSUBSCRIBED, 1],
        "EVENT": [EVENT, 1, 1, {}],
        "CALL": [CALL, 1, {}, "some.procedure"],
        "CANCEL": [CANCEL, 1, {}],
        "RESULT": [RESULT, 1, {}],
        "REGISTER": [REGISTER, 1, {}, "some.procedure"],
        "REGISTERED": [REGISTERED, 1, 1],
        "UNREGISTER": [UNREGISTER, 1, 1],
        "UNREGISTERED": [UNREGISTERED, 1],
        "INVOCATION": [INVOCATION, 1, 1, {}],
        "INTERRUPT": [INTERRUPT, 1, {}],
        "YIELD": [YIELD, 1, {}],
    }


ILLEGAL_WHEN_ESTABLISHED = (
    "HELLO", "WELCOME", "CHALLENGE", "AUTHENTICATE", "PUBLISHED", "SUBSCRIBED", "UNSUBSCRIBED",
    "EVENT", "RESULT", "REGISTERED", "UNREGISTERED", "INVOCATION", "INTERRUPT")


@on_links(*EVERY)
class CoreTest:
    """The least that must work on every transport in every format."""

    def test_publish_subscribe(self):
        publisher, subscriber = self.join(), self.join()
        topic = self.uri()
        subscription = subscriber.subscribe(topic)
        publication = publisher.publish(topic, [1, "two", None, True, 2.5], {"key": [{}]})
        self.assertEqual(subscriber.receive(), [EVENT, subscription, publication, {},
                                                [1, "two", None, True, 2.5], {"key": [{}]}])

    def test_call(self):
        caller, callee = self.join(), self.join()
        procedure = self.uri()
        registration = callee.register(procedure)
        request = caller.start_call(procedure, ["x"], {"key": 1})
        _, invocation, *rest = callee.expect(INVOCATION)
        self.assertEqual(rest, [registration, {}, ["x"], {"key": 1}])
        callee.send(YIELD, invocation, {}, ["y"], {"key": 2})
        self.assertEqual(caller.receive(), [RESULT, request, {}, ["y"], {"key": 2}])

    def test_violation_aborts_and_closes(self):
        self.assert_violation(self.join(), PUBLISH, 1, {"acknowledge": 1}, "some.topic")

    def test_goodbye(self):
        peer = self.join()
        self.assertEqual(peer.leave()[2], "wamp.close.goodbye_and_out")

    def test_large_messages(self):
        publisher, subscriber = self.join(), self.join()
        topic = self.uri()
        subscriber.subscribe(topic)
        for size in (125, 126, 127, 65535, 65536, 300000):
            publisher.publish(topic, ["x" * size])
            self.assertEqual(subscriber.expect(EVENT)[4], ["x" * size])

    def test_merged_writes(self):
        """Many messages in one write are all taken, in order."""
        peer = self.join()
        topic = self.uri()
        peer.send_all([[SUBSCRIBE, 1, {}, topic]]
                      + [[PUBLISH, 2 + i, {"exclude_me": False}, topic, [i]] for i in range(50)])
        peer.expect(SUBSCRIBED, 1)
        self.assertEqual([peer.expect(EVENT)[4] for _ in range(50)], [[i] for i in range(50)])

    def test_byte_by_byte(self):
        """Messages that arrive one byte at a time are taken."""
        peer = self.connect()
        for message, answer in (([HELLO, "realm1", {"roles": ALL_ROLES}], WELCOME),
                                ([SUBSCRIBE, 1, {}, self.uri()], SUBSCRIBED)):
            for byte in peer.link.frame(peer.codec.encode(message)):
                peer.link.stream.send(bytes([byte]))
            peer.expect(answer)


@on_links(*USUAL)
class OpeningTest:
    """HELLO, WELCOME and ABORT."""

    def test_welcome(self):
        _, session, details = self.join().welcome
        self.assertIsInstance(session, int)
        self.assertTrue(1 <= session <= MAX_ID)
        self.assertIsInstance(details["roles"]["broker"], dict)
        self.assertIsInstance(details["roles"]["dealer"], dict)
        self.assertIsInstance(details["agent"], str)
        self.assertEqual(details["realm"], "realm1")
        self.assertEqual(details["authmethod"], "anonymous")
        for key in ("authid", "authrole", "authprovider"):
            self.assertIsInstance(details[key], str, key)

    def test_welcome_announces_what_is_on(self):
        roles = self.join().welcome[2]["roles"]
        for feature in ("publisher_exclusion", "subscriber_blackwhite_listing"):
            self.assertIs(roles["broker"]["features"][feature], True)
        self.assertIs(roles["dealer"]["features"]["call_canceling"], True)

    def test_session_ids_are_random_over_the_full_range(self):
        ids = {self.join().session for _ in range(12)}
        self.assertEqual(len(ids), 12)
        self.assertGreater(max(ids), 2**48)  # by chance once in 10^18

    def test_optional_details_are_taken(self):
        self.join(roles={"caller": {}})
        for details in ({"agent": "test"}, {"authmethods": ["anonymous"]}, {"authid": "peter"},
                        {"authextra": {"x": [1]}}, {"x_unknown": {"y": 1}, "_own": None}):
            self.connect().join("realm1", None, **details)

    def test_any_one_role_suffices(self):
        for role in ("publisher", "subscriber", "caller", "callee"):
            self.join(roles={role: {}})

    def test_unknown_roles_and_features_are_ignored(self):
        self.join(roles={"caller": {"features": {"no_such_feature": True}, "other": 1},
                         "juggler": {}})

    def test_a_role_that_was_not_announced_may_be_used(self):
        self.join(roles={"publisher": {}}).subscribe(self.uri())

    def test_no_such_realm(self):
        for realm in ("no.such.realm", "Realm1", "realm1.more"):
            peer = self.connect()
            peer.send(HELLO, realm, {"roles": ALL_ROLES})
            peer.expect(ABORT)
        peer = self.connect()
        peer.send(HELLO, "no.such.realm", {"roles": ALL_ROLES})
        message = peer.expect(ABORT)
        self.assertEqual(message[2], "wamp.error.no_such_realm")
        self.assertIsInstance(message[1], dict)

    def test_bad_realm_uri(self):
        for realm in ("", "not a realm", "a..b", "#"):
            peer = self.connect()
            peer.send(HELLO, realm, {"roles": ALL_ROLES})
            self.assertEqual(peer.expect(ABORT)[2], "wamp.error.no_such_realm")

    def test_hello_without_roles(self):
        """Aborted in a strict realm, accepted in a lenient one."""
        for details in ({}, {"roles": {}}, {"roles": {"juggler": {}}}):
            with self.subTest(details):
                self.assert_violation(self.connect(), HELLO, "realm1", details)
                peer = self.connect()
                peer.send(HELLO, "lenient", details)
                peer.expect(WELCOME)

    def test_hello_of_wrong_types(self):
        good = {"roles": ALL_ROLES}
        for message in ([HELLO], [HELLO, "realm1"], [HELLO, 1, good], [HELLO, None, good],
                        [HELLO, "realm1", []], [HELLO, "realm1", "x"],
                        [HELLO, "realm1", {"roles": []}],
                        [HELLO, "realm1", {"roles": {"caller": []}}],
                        [HELLO, "realm1", {"roles": {"caller": True}}],
                        [HELLO, "realm1", {"roles": {"caller": {"features": []}}}],
                        [HELLO, "realm1", {"roles": {"caller": {"features":
                                                                {"call_canceling": 1}}}}],
                        [HELLO, "realm1", {**good, "authmethods": "anonymous"}],
                        [HELLO, "realm1", {**good, "authmethods": [1]}],
                        [HELLO, "realm1", {**good, "authid": 1}],
                        [HELLO, "realm1", {**good, "authextra": []}]):
            with self.subTest(message):
                self.assert_violation(self.connect(), *message)

    def test_nothing_but_hello_opens(self):
        """Every other message before HELLO is a violation, except ABORT."""
        for name, message in well_formed().items():
            if name != "HELLO":
                with self.subTest(name):
                    self.assert_violation(self.connect(), *message)

    def test_abort_before_hello_is_not_answered(self):
        peer = self.connect()
        peer.send(ABORT, {}, "some.reason")
        peer.wait_closed()


@on_links(*USUAL)
class EstablishedTest:
    """What is illegal while a session is open, and what becomes of the session then."""

    def test_messages_that_clients_must_not_send(self):
        for name in ILLEGAL_WHEN_ESTABLISHED:
            with self.subTest(name):
                self.assert_violation(self.join(), *well_formed()[name])

    def test_unknown_codes(self):
        for code in (0, 7, 9, 15, 37, 71, 255, 256, 1023, 1024, -1, 2**31, 2**53, 2**63):
            with self.subTest(code):
                self.assert_violation(self.join(), code, 1, {})

    def test_codes_of_wrong_type(self):
        for code in ("32", None, True, 32.5, [32], {}):
            with self.subTest(code):
                self.assert_violation(self.join(), code, 1, {}, "some.topic")

    def test_empty_list(self):
        self.assert_violation(self.join())

    def test_not_a_list(self):
        for thing in ({}, {"a": 1}, "text", 32, None, True):
            with self.subTest(thing):
                peer = self.join()
                peer.send_bytes(peer.codec.encode(thing))
                self.assert_aborted(peer)

    def test_empty_message(self):
        peer = self.join()
        peer.send_bytes(b"")
        self.assert_aborted(peer)

    def test_nothing_after_a_violation_is_processed(self):
        watcher, offender = self.join(), self.join()
        topic, procedure = self.uri(), self.uri()
        watcher.subscribe(topic)
        offender.send_all([[WELCOME, 1, {}], [PUBLISH, 1, {}, topic, ["too late"]],
                           [REGISTER, 2, {}, procedure]])
        self.assert_aborted(offender)
        watcher.publish(topic, ["sentinel"], exclude_me=False)
        self.assertEqual(watcher.expect(EVENT)[4], ["sentinel"])
        self.assert_error(watcher.call(procedure), CALL, watcher.last_id,
                          "wamp.error.no_such_procedure")

    def test_a_violation_drops_the_state_of_the_session(self):
        callee, other = self.join(), self.join()
        procedure = self.uri()
        callee.register(procedure)
        self.assert_violation(callee, WELCOME, 1, {})
        other.register(procedure)

    def test_abort_is_not_answered(self):
        for message in ([ABORT, {}, "some.reason"], [ABORT, {"message": "x"}, "r", [1]],
                        [ABORT, {}, "some.reason", [], {"k": 1}]):
            peer, other = self.join(), self.join()
            procedure = self.uri()
            peer.register(procedure)
            peer.send(*message)
            peer.wait_closed()
            other.register(procedure)

    def test_several_sessions_see_their_own_violations_only(self):
        good, bad = self.join(), self.join()
        topic = self.uri()
        good.subscribe(topic)
        self.assert_violation(bad, UNSUBSCRIBED, 1)
        good.publish(topic, exclude_me=False)
        good.expect(EVENT)


@on_links(*USUAL)
class ClosingTest:
    """GOODBYE, and sessions that follow one another on one transport."""

    def test_goodbye_is_answered(self):
        peer = self.join()
        for reason in ("wamp.close.normal", "wamp.close.close_realm", "wamp.error.whatever", "own"):
            peer.send(GOODBYE, {}, reason)
            answer = peer.receive()
            self.assertEqual(answer[0], GOODBYE)
            self.assertIsInstance(answer[1], dict)
            self.assertEqual(answer[2], "wamp.close.goodbye_and_out")
            peer.join()

    def test_publications_right_before_goodbye_are_delivered(self):
        peer, subscriber = self.join(), self.join()
        topic = self.uri()
        subscriber.subscribe(topic)
        peer.send_all([[PUBLISH, 1 + i, {}, topic, [i]] for i in range(20)]
                      + [[GOODBYE, {}, "wamp.close.normal"]])
        self.assertEqual([subscriber.expect(EVENT)[4] for _ in range(20)], [[i] for i in range(20)])
        peer.expect(GOODBYE)

    def test_goodbye_of_wrong_types(self):
        for message in ([GOODBYE], [GOODBYE, {}], [GOODBYE, [], "r"], [GOODBYE, {}, 1]):
            with self.subTest(message):
                self.assert_violation(self.join(), *message)

    def test_a_new_session_on_the_same_transport(self):
        peer = self.join()
        first = peer.session
        topic, procedure = self.uri(), self.uri()
        peer.subscribe(topic)
        peer.register(procedure)
        peer.leave()
        peer.join()
        self.assertNotEqual(peer.session, first)
        # Nothing of the first session is left: no event, no registration; and ids begin anew.
        other = self.join()
        other.publish(topic)
        self.assert_error(other.call(procedure), CALL, other.last_id, "wamp.error.no_such_procedure")
        self.assertEqual(peer.next_id(), 1)
        peer.send(REGISTER, 1, {}, procedure)
        peer.expect(REGISTERED, 1)

    def test_another_realm_on_the_same_transport(self):
        peer = self.join()
        peer.leave()
        peer.join("realm2")
        self.assertEqual(peer.welcome[2]["realm"], "realm2")

    def test_hello_right_behind_goodbye(self):
        peer = self.join()
        first = peer.session
        topic = self.uri()
        peer.send_all([[GOODBYE, {}, "wamp.close.normal"],
                       [HELLO, "realm1", {"roles": ALL_ROLES}]])
        self.assertEqual(peer.expect(GOODBYE)[2], "wamp.close.goodbye_and_out")
        self.assertNotEqual(peer.expect(WELCOME)[1], first)
        peer.send_all([[SUBSCRIBE, 1, {}, topic], [PUBLISH, 2, {"exclude_me": False}, topic]])
        subscription = peer.expect(SUBSCRIBED, 1)[2]
        peer.expect(EVENT, subscription)

    def test_many_sessions_one_behind_the_other(self):
        peer = self.join()
        sessions = {peer.session}
        for _ in range(20):
            peer.send_all([[GOODBYE, {}, "wamp.close.normal"],
                           [HELLO, "realm1", {"roles": ALL_ROLES}]])
            peer.expect(GOODBYE)
            sessions.add(peer.expect(WELCOME)[1])
        self.assertEqual(len(sessions), 21)

    def test_no_message_but_hello_after_goodbye(self):
        for name in ("PUBLISH", "SUBSCRIBE", "CALL", "GOODBYE", "YIELD"):
            with self.subTest(name):
                peer = self.join()
                peer.leave()
                self.assert_violation(peer, *well_formed()[name])

    def test_the_other_side_may_just_go(self):
        """A lost connection takes the session's registrations and subscriptions with it."""
        peer, other = self.join(), self.join()
        procedure = self.uri()
        peer.register(procedure)
        peer.close()
        deadline = time.monotonic() + TIMEOUT
        while other.request(REGISTER, {}, procedure)[0] == ERROR:
            self.assertLess(time.monotonic(), deadline)


@on_links(*USUAL)
class RequestIdTest:
    """Ids of requests: 1, 2, 3 and so on, over all requests of a session."""

    REQUESTS = {
        "SUBSCRIBE": lambda id: [SUBSCRIBE, id, {}, "some.topic"],
        "UNSUBSCRIBE": lambda id: [UNSUBSCRIBE, id, 1],
        "PUBLISH": lambda id: [PUBLISH, id, {}, "some.topic"],
        "REGISTER": lambda id: [REGISTER, id, {}, "some.procedure"],
        "UNREGISTER": lambda id: [UNREGISTER, id, 1],
        "CALL": lambda id: [CALL, id, {}, "some.procedure"],
    }

    def test_one_counter_for_all_requests(self):
        peer = self.join()
        topic, procedure = self.uri(), self.uri()
        peer.send(SUBSCRIBE, 1, {}, topic)
        subscription = peer.expect(SUBSCRIBED, 1)[2]
        peer.send(REGISTER, 2, {}, procedure)
        registration = peer.expect(REGISTERED, 2)[2]
        peer.send(PUBLISH, 3, {"acknowledge": True}, topic)
        peer.expect(PUBLISHED, 3)
        peer.send(CALL, 4, {}, "no.such.procedure")
        peer.expect(ERROR, CALL, 4)
        peer.send(UNREGISTER, 5, registration)
        peer.expect(UNREGISTERED, 5)
        peer.send(UNSUBSCRIBE, 6, subscription)
        peer.expect(UNSUBSCRIBED, 6)
        peer.send(PUBLISH, 7, {}, topic)  # counts too, though it is not answered
        peer.send(SUBSCRIBE, 8, {}, topic)
        peer.expect(SUBSCRIBED, 8)

    def test_cancel_yield_and_error_do_not_count(self):
        peer = self.join()
        procedure = self.uri()
        peer.register(procedure)
        request = peer.start_call(procedure)
        invocation = peer.expect(INVOCATION)[1]
        peer.send(CANCEL, request, {"mode": "skip"})
        peer.expect(ERROR, CALL, request)
        peer.send(YIELD, invocation, {})
        peer.subscribe(self.uri())

    def test_gaps_and_repetitions_are_violations(self):
        for name, request in self.REQUESTS.items():
            with self.subTest(name):
                self.assert_violation(self.join(), *request(2))
                peer = self.join()
                peer.send(*self.REQUESTS["PUBLISH"](1))
                self.assert_violation(peer, *request(1))
                peer = self.join()
                peer.send(*self.REQUESTS["PUBLISH"](1))
                self.assert_violation(peer, *request(3))

    def test_lenient_realm_takes_any_id(self):
        peer = self.join("lenient")
        for request in (123, 789, 5, MAX_ID, 1):
            peer.send(SUBSCRIBE, request, {}, "some.topic")
            peer.expect(SUBSCRIBED, request)

    def test_ids_out_of_range_or_not_integers(self):
        """Refused everywhere, also where ids need not be in sequence."""
        bad = [0, -1, MAX_ID + 1, 2**63, 2**64 - 1, 1.5, True, "1", None, [], {}]
        for name, request in self.REQUESTS.items():
            for realm in ("realm1", "lenient"):
                for value in bad:
                    with self.subTest(f"{name} {value!r} {realm}"):
                        self.assert_violation(self.join(realm), *request(value))

    def test_integral_floats_are_no_ids(self):
        for request in self.REQUESTS.values():
            self.assert_violation(self.join(), *request(1.0))

    def test_other_ids_out_of_range_or_not_integers(self):
        for value in (0, -1, MAX_ID + 1, 1.0, 1.5, True, "1", None):
            for message in ([UNSUBSCRIBE, 1, value], [UNREGISTER, 1, value], [CANCEL, value, {}],
                            [YIELD, value, {}], [ERROR, INVOCATION, value, {}, "some.error"]):
                with self.subTest(message):
                    self.assert_violation(self.join(), *message)
