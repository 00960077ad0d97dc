"""The meta API and testaments (protocol.md 1.8, 2.4, 2.5)."""

import datetime

from conformance import USUAL, on_links
from wamp_client import *

NO_SUCH_SESSION = "wamp.error.no_such_session"


class MetaTest:
    """In a realm of its own; sessions of earlier tests may still be leaving it."""

    def setUp(self):
        super().setUp()
        self.asking = self.join()

    def join(self, realm="meta", **options):
        return super().join(realm, **options)

    def ask(self, procedure, *args, **kwargs):
        """The positional arguments of the RESULT."""
        answer = self.asking.call("wamp." + procedure, args, kwargs)
        self.assertEqual(answer[0], RESULT, answer)
        return answer[3] if len(answer) > 3 else []

    def assert_refused(self, uri, procedure, *args, **kwargs):
        answer = self.asking.call("wamp." + procedure, args, kwargs)
        self.assert_error(answer, CALL, self.asking.last_id, uri)

    def next_event(self, peer, is_wanted):
        """The arguments of the next event that is wanted; others are dropped."""
        while True:
            args = peer.expect(EVENT)[4]
            if is_wanted(args):
                return args


@on_links(*USUAL)
class SessionMetaTest(MetaTest):
    def test_it_is_announced_by_both_roles(self):
        roles = self.asking.welcome[2]["roles"]
        for role in ("broker", "dealer"):
            self.assertIs(roles[role]["features"]["session_meta_api"], True)

    def test_sessions_are_counted_listed_and_described(self):
        other = self.join()
        self.assertGreaterEqual(self.ask("session.count")[0], 2)
        self.assertEqual(self.ask("session.count", ["nobody"]), [0])
        [ids] = self.ask("session.list")
        self.assertIn(self.asking.session, ids)
        self.assertIn(other.session, ids)
        self.assertEqual(self.ask("session.list", ["nobody"]), [[]])
        [details] = self.ask("session.get", other.session)
        welcome = other.welcome[2]
        self.assertEqual(details, {"session": other.session, **{
            key: welcome[key] for key in ("authid", "authrole", "authmethod", "authprovider")}})
        other.leave()
        self.assertNotIn(other.session, self.ask("session.list")[0])
        self.assert_refused(NO_SUCH_SESSION, "session.get", other.session)

    def test_joining_and_leaving_are_told(self):
        watching = self.join()
        joins = watching.subscribe("wamp.session.on_join")
        leaves = watching.subscribe("wamp.session.on_leave")
        other = self.join()
        welcome = other.welcome[2]
        [details] = self.next_event(watching, lambda args: args[0] == {
            "session": other.session, "authid": welcome["authid"],
            "authrole": welcome["authrole"], "authmethod": welcome["authmethod"],
            "authprovider": welcome["authprovider"]})
        self.assertIsInstance(details, dict)
        self.assertNotEqual(joins, leaves)
        for leave in (other.leave, self.join().close):
            leave()
        args = self.next_event(watching, lambda args: args[0] == other.session)
        self.assertEqual(args, [other.session, welcome["authid"], welcome["authrole"]])

    def test_on_leave_comes_behind_what_the_session_had(self):
        watching = self.join()
        topics = {watching.subscribe("wamp." + name): name for name in (
            "session.on_leave", "subscription.on_unsubscribe", "subscription.on_delete",
            "registration.on_unregister", "registration.on_delete")}
        other = self.join()
        other.subscribe(self.uri())
        other.register(self.uri())
        other.close()
        told = []
        while "session.on_leave" not in told:
            event = watching.expect(EVENT)
            if event[4][0] == other.session:
                told.append(topics[event[1]])
        self.assertEqual(told, [
            "registration.on_unregister", "registration.on_delete",
            "subscription.on_unsubscribe", "subscription.on_delete", "session.on_leave"])

    def test_kill(self):
        for kwargs, reason in (({}, "wamp.close.killed"),
                               ({"reason": "own.reason", "message": "so"}, "own.reason")):
            other = self.join()
            self.assertEqual(self.ask("session.kill", other.session, **kwargs), [])
            goodbye = other.expect(GOODBYE)
            self.assertEqual(goodbye[2], reason)
            if "message" in kwargs:
                self.assertEqual(goodbye[1]["message"], "so")
            self.assert_refused(NO_SUCH_SESSION, "session.kill", other.session)

    def test_kill_of_oneself_of_nobody_and_without_reason(self):
        other = self.join()
        self.assert_refused(NO_SUCH_SESSION, "session.kill", self.asking.session)
        self.assert_refused(NO_SUCH_SESSION, "session.kill", MAX_ID)
        self.assert_refused("wamp.error.invalid_uri", "session.kill", other.session, reason="a b")
        self.assert_refused("wamp.error.invalid_argument", "session.kill", "x")
        other.publish(self.uri())

    def test_kill_by_authid_and_authrole(self):
        other = self.join()
        self.assertEqual(self.ask("session.kill_by_authid", other.welcome[2]["authid"]),
                         [[other.session]])
        other.expect(GOODBYE)
        another = self.join()
        [count] = self.ask("session.kill_by_authrole", another.welcome[2]["authrole"])
        self.assertGreaterEqual(count, 1)
        another.expect(GOODBYE)

    def test_kill_all_is_told_to_nobody(self):
        peers = [self.join() for _ in range(3)]
        topic = self.uri()
        self.asking.subscribe(topic)
        self.asking.subscribe("wamp.session.on_leave")
        for peer in peers:
            peer.call("wamp.session.add_testament", [topic, [], {}])
        self.assertGreaterEqual(self.ask("session.kill_all")[0], 3)
        for peer in peers:
            self.assertEqual(peer.expect(GOODBYE)[2], "wamp.close.killed")
            peer.send(GOODBYE, {}, "wamp.close.goodbye_and_out")
        while any(peer.session in self.asking_list() for peer in peers):
            pass

    def asking_list(self):
        """The sessions, while no event may come that is not about others."""
        request = self.asking.start_call("wamp.session.list")
        while (message := self.asking.receive())[0] == EVENT:
            self.assertEqual(len(message[4]), 3, "no testament")
        self.assertEqual(message[:2], [RESULT, request])
        return message[3][0]

    def test_what_is_not_there(self):
        self.assert_refused("wamp.error.no_such_procedure", "session.fly")
        self.assert_refused("wamp.error.no_such_procedure", "nothing.at.all")


@on_links(*USUAL)
class RegistrationMetaTest(MetaTest):
    def test_a_registration_is_found_and_described(self):
        callee = self.join()
        procedure = self.uri()
        registration = callee.register(procedure, invoke="roundrobin")
        self.assertEqual(self.ask("registration.lookup", procedure), [registration])
        self.assertEqual(self.ask("registration.match", procedure), [registration])
        self.assertEqual(self.ask("registration.lookup", procedure, {"match": "prefix"}), [None])
        self.assertIn(registration, self.ask("registration.list")[0]["exact"])
        [details] = self.ask("registration.get", registration)
        created = datetime.datetime.fromisoformat(details.pop("created").replace("Z", "+00:00"))
        self.assertLess(abs(datetime.datetime.now(datetime.timezone.utc) - created),
                        datetime.timedelta(minutes=1))
        self.assertEqual(details, {"id": registration, "uri": procedure, "match": "exact",
                                   "invoke": "roundrobin"})
        self.assertEqual(self.ask("registration.list_callees", registration), [[callee.session]])
        self.assertEqual(self.ask("registration.count_callees", registration), [1])
        callee.unregister(registration)
        for name in ("get", "list_callees", "count_callees"):
            self.assert_refused("wamp.error.no_such_registration", "registration." + name,
                                registration)

    def test_its_life_is_told(self):
        watching, callee = self.join(), self.join()
        topics = {watching.subscribe("wamp.registration." + name): name for name in (
            "on_create", "on_register", "on_unregister", "on_delete")}
        procedure = self.uri()
        registration = callee.register(procedure)
        callee.unregister(registration)
        told = [watching.expect(EVENT) for _ in range(4)]
        self.assertEqual([topics[event[1]] for event in told],
                         ["on_create", "on_register", "on_unregister", "on_delete"])
        self.assertEqual(told[0][4][1]["uri"], procedure)
        for event in told[1:]:
            self.assertEqual(event[4], [callee.session, registration])


@on_links(*USUAL)
class SubscriptionMetaTest(MetaTest):
    def test_a_subscription_is_found_and_described(self):
        subscriber = self.join()
        topic = self.uri()
        subscription = subscriber.subscribe(topic)
        self.assertEqual(self.ask("subscription.lookup", topic), [subscription])
        self.assertEqual(self.ask("subscription.match", topic), [[subscription]])
        self.assertEqual(self.ask("subscription.match", topic + ".none"), [None])
        self.assertIn(subscription, self.ask("subscription.list")[0]["exact"])
        [details] = self.ask("subscription.get", subscription)
        self.assertIn("created", details)
        self.assertEqual((details["id"], details["uri"], details["match"]),
                         (subscription, topic, "exact"))
        self.assertEqual(self.ask("subscription.list_subscribers", subscription),
                         [[subscriber.session]])
        self.assertEqual(self.ask("subscription.count_subscribers", subscription), [1])
        subscriber.unsubscribe(subscription)
        for name in ("get", "list_subscribers", "count_subscribers"):
            self.assert_refused("wamp.error.no_such_subscription", "subscription." + name,
                                subscription)

    def test_its_life_is_told(self):
        watching, subscriber = self.join(), self.join()
        watching.subscribe("wamp.subscription.", match="prefix")
        topic = self.uri()
        subscription = subscriber.subscribe(topic)
        subscriber.unsubscribe(subscription)
        told = []
        while len(told) < 4:
            event = watching.expect(EVENT)
            if event[4][0] == subscriber.session:
                told.append((event[3]["topic"].rpartition(".")[2], event[4][1]))
        self.assertEqual(told[0][0], "on_create")
        self.assertEqual(told[0][1]["uri"], topic)
        self.assertEqual(told[1:], [(name, subscription) for name in (
            "on_subscribe", "on_unsubscribe", "on_delete")])


@on_links(*USUAL)
class TestamentTest(MetaTest):
    def setUp(self):
        super().setUp()
        self.topic = self.uri()
        self.asking.subscribe(self.topic)
        self.peer = self.join()

    def add(self, *args, **kwargs):
        answer = self.peer.call("wamp.session.add_testament", args, kwargs)
        self.assertEqual(answer[0], RESULT, answer)

    def test_they_are_published_at_the_end_in_order(self):
        for leave in ("leave", "close"):
            self.peer = self.join()
            self.add(self.topic, ["destroyed"], {"k": 1})
            self.add(self.topic, ["detached"], {}, scope="detached")
            self.add(self.topic, ["not for it"], {},
                     publish_options={"exclude": [self.asking.session]})
            getattr(self.peer, leave)()
            self.assertEqual(self.asking.expect(EVENT)[4], ["detached"])
            self.assertEqual(self.asking.expect(EVENT)[4:], [["destroyed"], {"k": 1}])
        self.asking.publish(self.topic, ["last"], exclude_me=False)
        self.assertEqual(self.asking.expect(EVENT)[4], ["last"])

    def test_a_killed_session_leaves_them(self):
        self.add(self.topic, ["gone"], {})
        self.asking.start_call("wamp.session.kill", [self.peer.session])
        messages = [self.asking.receive(), self.asking.receive()]
        self.assertIn(["gone"], [m[4] for m in messages if m[0] == EVENT])

    def test_they_are_taken_back(self):
        self.add(self.topic, ["first"], {})
        self.peer.call("wamp.session.flush_testaments")
        self.add(self.topic, ["second"], {})
        self.peer.call("wamp.session.flush_testaments", [], {"scope": "detached"})
        self.peer.leave()
        self.assertEqual(self.asking.expect(EVENT)[4], ["second"])

    def test_what_could_not_be_published_is_refused(self):
        for uri, args, kwargs in (
                ("wamp.error.invalid_uri", ["a b", [], {}], {}),
                ("wamp.error.invalid_argument", [self.topic, [], {}], {"scope": "never"}),
                ("wamp.error.invalid_argument", [self.topic, [], {}],
                 {"publish_options": {"eligible": "all"}})):
            self.assert_error(self.peer.call("wamp.session.add_testament", args, kwargs), CALL,
                              self.peer.last_id, uri)


@on_links(*USUAL)
class EventHistoryTest(MetaTest):
    def test_it_is_announced_where_it_is(self):
        for realm, is_there in (("meta", True), ("realm1", False)):
            features = self.join(realm).welcome[2]["roles"]["broker"]["features"]
            self.assertIs(features.get("event_history", False), is_there)

    def test_the_past_comes_as_it_was(self):
        publisher = self.gateway.join("meta", codec="cbor")
        topic = f"history.{self.transport}.{self.codec}"
        publications = [publisher.publish(topic, [number, "ä"], {"key": [None, True, 1.5]})
                        for number in range(5)]
        [subscription] = self.ask("subscription.lookup", "history.", {"match": "prefix"})
        events = self.ask("subscription.get_events", subscription)
        self.assertEqual([event["publication"] for event in events], publications[2:])
        for number, event in enumerate(events, 2):
            self.assertEqual(event["subscription"], subscription)
            self.assertEqual(event["details"], {"topic": topic})
            self.assertEqual(event["args"], [number, "ä"])
            self.assertEqual(event["kwargs"], {"key": [None, True, 1.5]})
        times = [datetime.datetime.fromisoformat(event["timestamp"]) for event in events]
        self.assertEqual(times, sorted(times))
        newest = self.ask("subscription.get_events", subscription, reverse=True, limit=1)
        self.assertEqual(newest, events[-1:])
        self.assert_refused("wamp.error.invalid_argument", "subscription.get_events", subscription,
                            limit="all")
        self.assert_refused("wamp.error.no_such_subscription", "subscription.get_events", 10**9)
