"""SUBSCRIBE, PUBLISH and EVENT (protocol.md 1.1, 1.4, 1.5, 1.11)."""

from conformance import USUAL, on_links
from wamp_client import *


@on_links(*USUAL)
class SubscribeTest:
    def test_subscribing_twice_gives_the_same_id(self):
        peer = self.join()
        topic = self.uri()
        subscription = peer.subscribe(topic)
        self.assertEqual(peer.subscribe(topic), subscription)
        self.assertEqual(peer.subscribe(topic, match="exact"), subscription)
        peer.publish(topic, ["once"], exclude_me=False)
        peer.publish(topic, ["sentinel"], exclude_me=False)
        self.assertEqual([peer.expect(EVENT)[4] for _ in range(2)], [["once"], ["sentinel"]])

    def test_all_subscribers_of_a_topic_share_its_id(self):
        topic = self.uri()
        ids = {self.join().subscribe(topic) for _ in range(3)}
        self.assertEqual(len(ids), 1)
        self.assertTrue(1 <= ids.pop() <= MAX_ID)

    def test_topics_have_different_ids(self):
        peer = self.join()
        self.assertNotEqual(peer.subscribe(self.uri()), peer.subscribe(self.uri()))

    def test_unsubscribe(self):
        peer, publisher = self.join(), self.join()
        topic, other = self.uri(), self.uri()
        subscription = peer.subscribe(topic)
        peer.subscribe(other)
        self.assertEqual(peer.unsubscribe(subscription), [UNSUBSCRIBED, peer.last_id])
        publisher.publish(topic)
        publisher.publish(other, ["sentinel"])
        self.assertEqual(peer.expect(EVENT)[4], ["sentinel"])

    def test_unsubscribe_ends_the_subscription_of_one_session_only(self):
        first, second, publisher = self.join(), self.join(), self.join()
        topic = self.uri()
        subscription = first.subscribe(topic)
        second.subscribe(topic)
        first.unsubscribe(subscription)
        publisher.publish(topic)
        second.expect(EVENT, subscription)

    def test_unsubscribe_of_what_is_not_subscribed(self):
        peer, other = self.join(), self.join()
        foreign = other.subscribe(self.uri())
        gone = peer.subscribe(self.uri())
        peer.unsubscribe(gone)
        for subscription in (foreign, gone, MAX_ID):
            self.assert_error(peer.request(UNSUBSCRIBE, None, subscription), UNSUBSCRIBE,
                              peer.last_id, "wamp.error.no_such_subscription")

    def test_subscribing_again(self):
        peer = self.join()
        topic = self.uri()
        for _ in range(3):
            subscription = peer.subscribe(topic)
            peer.publish(topic, exclude_me=False)
            peer.expect(EVENT, subscription)
            peer.unsubscribe(subscription)

    def test_matching_is_exact(self):
        peer = self.join()
        topic = self.uri()
        peer.subscribe(topic)
        for other in (topic + ".more", topic + "x", topic[:-1], topic.upper(), "x" + topic,
                      topic.rpartition(".")[0]):
            peer.publish(other, exclude_me=False)
        peer.publish(topic, ["sentinel"], exclude_me=False)
        self.assertEqual(peer.expect(EVENT)[4], ["sentinel"])


@on_links(*USUAL)
class PublishTest:
    def setUp(self):
        super().setUp()
        self.publisher, self.subscriber = self.join(), self.join()
        self.topic = self.uri()
        self.subscription = self.subscriber.subscribe(self.topic)

    def test_event(self):
        self.publisher.publish(self.topic, [1, {"a": [None]}], {"k": "v"})
        event = self.subscriber.expect(EVENT, self.subscription)
        self.assertEqual(event[3:], [{}, [1, {"a": [None]}], {"k": "v"}])

    def test_the_publisher_is_not_disclosed_unasked(self):
        self.publisher.publish(self.topic)
        details = self.subscriber.expect(EVENT)[3]
        self.assertFalse([key for key in details if key.startswith("publisher")])

    def test_empty_payloads(self):
        """Absent and empty are the same, and only what is there is sent."""
        for sent, received in (([], []), ([[]], []), ([[], {}], []), ([[1]], [[1]]),
                               ([[1], {}], [[1]]), ([[], {"k": 1}], [[], {"k": 1}])):
            with self.subTest(sent):
                self.publisher.request(PUBLISH, {"acknowledge": True}, self.topic, *sent)
                self.assertEqual(self.subscriber.expect(EVENT)[4:], received)

    def test_publication_ids(self):
        """PUBLISHED, and the EVENTs of all subscriptions, bear one id: random, in the full range."""
        second = self.join()
        second.subscribe(self.topic)
        ids = set()
        for _ in range(12):
            publication = self.publisher.publish(self.topic)
            self.assertTrue(1 <= publication <= MAX_ID)
            self.assertEqual(self.subscriber.expect(EVENT)[2], publication)
            self.assertEqual(second.expect(EVENT)[2], publication)
            ids.add(publication)
        self.assertEqual(len(ids), 12)
        self.assertGreater(max(ids), 2**48)

    def test_only_acknowledged_publications_are_answered(self):
        self.publisher.publish_only(self.topic, [1])
        self.publisher.publish_only(self.topic, [2], acknowledge=False)
        request = self.publisher.next_id()
        self.publisher.send(PUBLISH, request, {"acknowledge": True}, self.topic, [3])
        answer = self.publisher.receive()
        self.assertEqual(answer[:2], [PUBLISHED, request])
        self.assertEqual(len(answer), 3)
        self.assertEqual([self.subscriber.expect(EVENT)[4] for _ in range(3)], [[1], [2], [3]])

    def test_publishing_without_subscribers(self):
        self.publisher.publish(self.uri(), [1])

    def received(self, peer, **options):
        """Whether peer gets what the publisher publishes with these options."""
        self.publisher.publish(self.topic, ["question"], **options)
        self.publisher.publish(self.topic, ["sentinel"], exclude_me=False)
        first = peer.expect(EVENT)[4]
        if first == ["question"]:
            self.assertEqual(peer.expect(EVENT)[4], ["sentinel"])
            return True
        self.assertEqual(first, ["sentinel"])
        return False

    def test_exclude_me(self):
        """The publisher gets its own events only with exclude_me: false."""
        self.publisher.subscribe(self.topic)
        self.assertFalse(self.received(self.publisher))
        self.assertFalse(self.received(self.publisher, exclude_me=True))
        self.assertTrue(self.received(self.publisher, exclude_me=False))

    def test_exclude(self):
        me, other = self.subscriber.session, self.publisher.session
        self.assertFalse(self.received(self.subscriber, exclude=[me]))
        self.assertFalse(self.received(self.subscriber, exclude=[other, me]))
        self.assertTrue(self.received(self.subscriber, exclude=[other]))
        self.assertTrue(self.received(self.subscriber, exclude=[]))

    def test_eligible(self):
        me, other = self.subscriber.session, self.publisher.session
        self.assertTrue(self.received(self.subscriber, eligible=[other, me]))
        self.assertFalse(self.received(self.subscriber, eligible=[other]))

    def test_an_empty_eligible_list_admits_nobody(self):
        for key in ("eligible", "eligible_authid", "eligible_authrole"):
            self.assertFalse(self.received(self.subscriber, **{key: []}), key)

    def test_authid_lists(self):
        me = self.subscriber.welcome[2]["authid"]
        other = self.publisher.welcome[2]["authid"]
        self.assertNotEqual(me, other)
        self.assertFalse(self.received(self.subscriber, exclude_authid=[other, me]))
        self.assertTrue(self.received(self.subscriber, exclude_authid=[other]))
        self.assertTrue(self.received(self.subscriber, eligible_authid=[me]))
        self.assertFalse(self.received(self.subscriber, eligible_authid=[other]))

    def test_authrole_lists(self):
        role = self.subscriber.welcome[2]["authrole"]
        self.assertFalse(self.received(self.subscriber, exclude_authrole=[role]))
        self.assertTrue(self.received(self.subscriber, exclude_authrole=["no_such_role"]))
        self.assertTrue(self.received(self.subscriber, eligible_authrole=["x", role]))
        self.assertFalse(self.received(self.subscriber, eligible_authrole=["no_such_role"]))

    def test_all_lists_must_admit(self):
        me, details = self.subscriber.session, self.subscriber.welcome[2]
        authid, role = details["authid"], details["authrole"]
        every = {"eligible": [me], "eligible_authid": [authid], "eligible_authrole": [role],
                 "exclude": [1], "exclude_authid": ["x"], "exclude_authrole": ["x"]}
        self.assertTrue(self.received(self.subscriber, **every))
        for key, value in (("eligible", [1]), ("eligible_authid", ["x"]),
                           ("eligible_authrole", ["x"]), ("exclude", [me]),
                           ("exclude_authid", [authid]), ("exclude_authrole", [role])):
            with self.subTest(key):
                self.assertFalse(self.received(self.subscriber, **{**every, key: value}))

    def test_lists_apply_to_the_publisher_too(self):
        me = self.publisher.session
        self.publisher.subscribe(self.topic)
        self.assertFalse(self.received(self.publisher, exclude_me=False, exclude=[me]))
        self.assertFalse(self.received(self.publisher, exclude_me=False,
                                       eligible=[self.subscriber.session]))
        self.assertTrue(self.received(self.publisher, exclude_me=False, eligible=[me]))
        self.assertFalse(self.received(self.publisher, eligible=[me]))

    def test_a_session_that_left_gets_nothing_and_disturbs_nobody(self):
        for leave in (lambda peer: peer.leave(), lambda peer: peer.close(),
                      lambda peer: peer.send(ABORT, {}, "x.y")):
            peer = self.join()
            peer.subscribe(self.topic)
            leave(peer)
            self.assertTrue(self.received(self.subscriber))


@on_links(*USUAL)
class PatternTest:
    def setUp(self):
        super().setUp()
        self.publisher, self.subscriber = self.join(), self.join()
        self.topic = self.uri()

    def heard(self, pattern, match, *topics):
        """Those of the topics that a subscription to this pattern hears of."""
        subscription = self.subscriber.subscribe(pattern, match=match)
        sentinel = self.uri("sentinel")
        self.subscriber.subscribe(sentinel)
        for topic in (*topics, sentinel):
            self.publisher.publish(topic, [topic])
        seen = []
        while (event := self.subscriber.expect(EVENT))[4] != [sentinel]:
            self.assertEqual(event[1], subscription)
            self.assertEqual(event[3], {"topic": event[4][0]})
            seen += event[4]
        self.subscriber.unsubscribe(subscription)
        return seen

    def test_the_feature_is_announced(self):
        self.assertIs(self.publisher.welcome[2]["roles"]["broker"]["features"]
                      ["pattern_based_subscription"], True)

    def test_a_prefix_matches_by_characters(self):
        topic = self.topic
        yes = [topic, topic + ".more", topic + "-x", topic + ".a.b"]
        no = [topic[:-1] + "x", topic.rpartition(".")[0], "x" + topic]
        self.assertEqual(self.heard(topic, "prefix", *yes, *no), yes)
        below = [topic + ".more", topic + ".a.b"]
        self.assertEqual(self.heard(topic + ".", "prefix", *yes, *no), below)

    def test_a_wildcard_matches_one_component(self):
        topic = self.topic
        yes = [topic + ".a.end", topic + ".b-c.end"]
        no = [topic + ".end", topic + ".a.b.end", topic + ".a.end.more", topic + ".a.End"]
        self.assertEqual(self.heard(topic + "..end", "wildcard", *yes, *no), yes)

    def test_each_subscription_that_matches_gets_its_event(self):
        ids = {self.subscriber.subscribe(pattern, match=match)
               for pattern, match in ((self.topic, "exact"), (self.topic, "prefix"),
                                      (self.topic[:-1], "prefix"), (self.topic, "wildcard"),
                                      (self.topic.replace("test", ""), "wildcard"))}
        self.assertEqual(len(ids), 5)
        publication = self.publisher.publish(self.topic, [1, {"a": None}], {"k": 1})
        events = [self.subscriber.expect(EVENT) for _ in ids]
        self.assertEqual({event[1] for event in events}, ids)
        for event in events:
            self.assertEqual(event[2], publication)
            self.assertEqual(event[4:], [[1, {"a": None}], {"k": 1}])

    def test_the_policy_belongs_to_the_subscription(self):
        exact = self.subscriber.subscribe(self.topic)
        prefix = self.subscriber.subscribe(self.topic, match="prefix")
        self.assertNotEqual(exact, prefix)
        self.assertEqual(self.publisher.subscribe(self.topic, match="prefix"), prefix)
        self.subscriber.unsubscribe(exact)
        self.publisher.publish(self.topic)
        self.subscriber.expect(EVENT, prefix)

    def test_patterns_that_are_none(self):
        for pattern, match in (("com..x", "prefix"), ("c m", "prefix"), ("com.#", "wildcard")):
            self.assert_error(self.subscriber.request(SUBSCRIBE, {"match": match}, pattern),
                              SUBSCRIBE, self.subscriber.last_id, "wamp.error.invalid_uri")
        for pattern, match in (("wamp.", "prefix"), ("..on_join", "wildcard")):
            self.subscriber.subscribe(pattern, match=match)

    def test_an_unknown_policy_is_a_violation(self):
        self.assert_violation(self.subscriber, SUBSCRIBE, 1, {"match": "glob"}, self.topic)


@on_links(*USUAL)
class DisclosureTest:
    """Publisher identification."""

    def setUp(self):
        super().setUp()
        self.topic = self.uri()

    def peers(self, realm):
        publisher, subscriber = self.join(realm), self.join(realm)
        subscriber.subscribe(self.topic)
        details = publisher.welcome[2]
        who = {"publisher": publisher.session, "publisher_authid": details["authid"],
               "publisher_authrole": details["authrole"]}
        return publisher, subscriber, who

    def test_publishers_may_disclose_themselves(self):
        publisher, subscriber, who = self.peers("realm1")
        publisher.publish(self.topic, disclose_me=True)
        self.assertEqual(subscriber.expect(EVENT)[3], who)
        publisher.publish(self.topic, disclose_me=False)
        self.assertEqual(subscriber.expect(EVENT)[3], {})
        self.assertIs(publisher.welcome[2]["roles"]["broker"]["features"]
                      ["publisher_identification"], True)

    def test_pattern_subscriptions_learn_it_too(self):
        publisher, subscriber, who = self.peers("realm1")
        prefix = subscriber.subscribe(self.topic + ".", match="prefix")
        publisher.publish(self.topic + ".more", disclose_me=True)
        event = subscriber.expect(EVENT, prefix)
        self.assertEqual(event[3], {"topic": self.topic + ".more", **who})

    def test_a_realm_may_disclose_all(self):
        publisher, subscriber, who = self.peers("open")
        publisher.publish(self.topic)
        self.assertEqual(subscriber.expect(EVENT)[3], who)

    def test_a_realm_may_forbid_it(self):
        """Then nothing is published, and only who asks for an answer learns why."""
        publisher, subscriber, _ = self.peers("discreet")
        options = {"disclose_me": True, "acknowledge": True}
        self.assert_error(publisher.request(PUBLISH, options, self.topic), PUBLISH,
                          publisher.last_id, "wamp.error.option_disallowed.disclose_me")
        publisher.publish_only(self.topic, disclose_me=True)
        publisher.publish(self.topic, ["sentinel"], disclose_me=False)
        self.assertEqual(subscriber.expect(EVENT)[3:], [{}, ["sentinel"]])
        self.assertNotIn("publisher_identification",
                         publisher.welcome[2]["roles"]["broker"]["features"])


@on_links(*USUAL)
class PassthruTest:
    """Payload passthru mode."""

    ATTRIBUTES = {"ppt_scheme": "x_own", "ppt_serializer": "cbor", "ppt_cipher": "xsalsa20poly1305",
                  "ppt_keyid": "key1"}

    def setUp(self):
        super().setUp()
        self.publisher = self.join(
            roles={"publisher": {"features": {"payload_passthru_mode": True}}})
        self.subscriber = self.join()
        self.topic = self.uri()
        self.subscriber.subscribe(self.topic)

    def test_the_binary_and_what_describes_it_are_passed_on(self):
        binary = bytes(range(256))
        self.publisher.publish(self.topic, [binary], **self.ATTRIBUTES)
        self.assertEqual(self.subscriber.expect(EVENT)[3:], [self.ATTRIBUTES, [binary]])
        self.publisher.publish(self.topic, [b"x"], ppt_scheme="wamp")
        self.assertEqual(self.subscriber.expect(EVENT)[3:], [{"ppt_scheme": "wamp"}, [b"x"]])

    def test_without_a_scheme_it_is_an_ordinary_publication(self):
        self.publisher.publish(self.topic, [1, 2], ppt_scheme="", ppt_keyid="key1")
        self.assertEqual(self.subscriber.expect(EVENT)[3:], [{}, [1, 2]])

    def test_arguments_other_than_one_binary(self):
        for args in ([], [[]], [[1]], [["text"]], [[b"x", b"y"]], [[b"x"], {"k": 1}]):
            options = {"ppt_scheme": "x_own", "acknowledge": True}
            self.assert_error(self.publisher.request(PUBLISH, options, self.topic, *args), PUBLISH,
                              self.publisher.last_id, "wamp.error.invalid_argument")
        self.publisher.publish(self.topic, ["sentinel"])
        self.assertEqual(self.subscriber.expect(EVENT)[4], ["sentinel"])

    def test_it_must_be_announced(self):
        peer = self.join()
        self.assert_violation(peer, PUBLISH, 1, {"ppt_scheme": "x_own"}, self.topic, [b"x"])


@on_links(*USUAL)
class RetentionTest:
    """Event retention."""

    def setUp(self):
        super().setUp()
        self.publisher, self.subscriber = self.join(), self.join()
        self.topic = self.uri()

    def retained(self, peer, topic=None, **options):
        """The EVENTs that peer gets on subscribing and asking for them; unsubscribes again."""
        sentinel = self.uri("sentinel")
        peer.subscribe(sentinel)
        peer.send(SUBSCRIBE, peer.next_id(), {"get_retained": True, **options}, topic or self.topic)
        subscription = peer.expect(SUBSCRIBED, peer.last_id)[2]  # before all events
        self.publisher.publish(sentinel, ["sentinel"], exclude_me=False)
        events = []
        while (event := peer.expect(EVENT))[4:] != [["sentinel"]]:
            self.assertEqual(event[1], subscription)
            events.append(event)
        peer.unsubscribe(subscription)
        return events

    def test_the_feature_is_announced(self):
        self.assertIs(self.publisher.welcome[2]["roles"]["broker"]["features"]["event_retention"],
                      True)

    def test_the_newest_retained_event_waits_for_subscribers(self):
        self.publisher.publish(self.topic, ["old"], retain=True)
        args, kwargs = [1, {"a": [None]}], {"k": "v"}
        publication = self.publisher.publish(self.topic, args, kwargs, retain=True)
        self.publisher.publish(self.topic, ["not retained"])
        event, = self.retained(self.subscriber)
        self.assertEqual(event[2:], [publication, {"retained": True}, args, kwargs])

    def test_it_comes_in_every_format(self):
        binary = b"\x00\xff"
        self.publisher.publish(self.topic, [binary, 1.5, "\u20ac"], retain=True)
        for codec in ("json", "msgpack", "cbor"):
            peer = self.gateway.connect("websocket", codec).join()
            event, = self.retained(peer)
            self.assertEqual(event[4], [binary, 1.5, "\u20ac"])

    def test_only_who_asks_gets_it(self):
        self.publisher.publish(self.topic, ["retained"], retain=True)
        self.subscriber.subscribe(self.topic)
        self.subscriber.subscribe(self.topic, get_retained=False)
        self.publisher.publish(self.topic, ["sentinel"])
        self.assertEqual(self.subscriber.expect(EVENT)[3:], [{}, ["sentinel"]])

    def test_it_outlives_publisher_and_subscribers(self):
        other = self.join()
        other.subscribe(self.topic)
        other.publish(self.topic, ["kept"], retain=True)
        other.leave()
        event, = self.retained(self.subscriber)
        self.assertEqual(event[4], ["kept"])

    def test_patterns(self):
        for part in ("a.x", "a.y", "b.x"):
            self.publisher.publish(f"{self.topic}.{part}", [part], retain=True)
        for pattern, match, parts in ((".", "prefix", {"a.x", "a.y", "b.x"}),
                                      (".a", "prefix", {"a.x", "a.y"}),
                                      ("..x", "wildcard", {"a.x", "b.x"})):
            events = self.retained(self.subscriber, self.topic + pattern, match=match)
            self.assertEqual({event[4][0] for event in events}, parts)
            for event in events:
                topic = f"{self.topic}.{event[4][0]}"
                self.assertEqual(event[3], {"retained": True, "topic": topic})

    def test_each_subscriber_gets_what_is_for_it(self):
        me = self.subscriber.session
        self.publisher.publish(self.topic, ["all"], retain=True)
        self.publisher.publish(self.topic, ["others"], retain=True, exclude=[me])
        self.assertEqual([event[4] for event in self.retained(self.subscriber)], [["all"]])
        self.assertEqual([event[4] for event in self.retained(self.join())], [["others"]])
        self.publisher.publish(self.topic, ["mine"], retain=True, eligible=[me])
        self.assertEqual([event[4] for event in self.retained(self.subscriber)], [["mine"]])
        self.assertEqual([event[4] for event in self.retained(self.join())], [["others"]])

    def test_the_publisher_is_excluded_as_ever(self):
        self.publisher.publish(self.topic, ["x"], retain=True)
        self.assertEqual(self.retained(self.publisher), [])
        self.publisher.publish(self.topic, ["y"], retain=True, exclude_me=False)
        self.assertEqual([event[4] for event in self.retained(self.publisher)], [["y"]])


@on_links(*USUAL)
class EventOrderTest:
    def test_fifo_over_all_topics(self):
        """What one publisher sends reaches a subscriber in its order, whatever the topics."""
        publisher, subscriber = self.join(), self.join()
        topics = [self.uri() for _ in range(5)]
        for topic in topics:
            subscriber.subscribe(topic)
        publisher.send_all([[PUBLISH, 1 + i, {}, topics[i * 7 % 5], [i]] for i in range(1000)])
        self.assertEqual([subscriber.expect(EVENT)[4][0] for _ in range(1000)], list(range(1000)))

    def test_fifo_per_publisher(self):
        publishers, subscriber = [self.join() for _ in range(3)], self.join()
        topics = [self.uri() for _ in range(3)]
        for topic in topics:
            subscriber.subscribe(topic)
        for number, publisher in enumerate(publishers):
            publisher.send_all([[PUBLISH, 1 + i, {}, topics[(i + number) % 3], [number, i]]
                                for i in range(300)])
        got = [subscriber.expect(EVENT)[4] for _ in range(900)]
        for number in range(3):
            self.assertEqual([i for who, i in got if who == number], list(range(300)))

    def test_subscribed_comes_before_the_first_event(self):
        publisher, subscriber = self.join(), self.join()
        request = 0
        for _ in range(10):
            topic = self.uri()
            publisher.send_all([[PUBLISH, request + 1 + i, {}, topic, [i]] for i in range(200)])
            publisher.last_id = request = request + 200
            subscriber.send(SUBSCRIBE, subscriber.next_id(), {}, topic)
            subscription = subscriber.expect(SUBSCRIBED)[2]
            publisher.publish(topic, ["last"])
            request += 1
            seen = []
            while (event := subscriber.expect(EVENT, subscription))[4] != ["last"]:
                seen += event[4]
            self.assertEqual(seen, list(range(200))[200 - len(seen):])

    def test_no_event_after_unsubscribed(self):
        publisher, subscriber = self.join(), self.join()
        topic = self.uri()
        for _ in range(10):
            subscription = subscriber.subscribe(topic)
            publisher.send_all([[PUBLISH, publisher.next_id(), {}, topic] for _ in range(100)])
            subscriber.send(UNSUBSCRIBE, subscriber.next_id(), subscription)
            while subscriber.receive()[0] == EVENT:
                pass
            publisher.publish(topic)
        subscriber.send(SUBSCRIBE, subscriber.next_id(), {}, self.uri())
        subscriber.expect(SUBSCRIBED, subscriber.last_id)
