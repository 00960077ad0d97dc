"""Shapes of messages, options and URIs (protocol.md 1.0, 1.2, 1.11)."""

from conformance import USUAL, on_links
from wamp_client import *

INVALID_URI = "wamp.error.invalid_uri"


@on_links(*USUAL)
class ShapeTest:
    """Elements of the wrong type or number are violations, and unknown keys are ignored."""

    def test_too_short(self):
        for message in ([PUBLISH], [PUBLISH, 1], [PUBLISH, 1, {}], [SUBSCRIBE], [SUBSCRIBE, 1],
                        [SUBSCRIBE, 1, {}], [UNSUBSCRIBE], [UNSUBSCRIBE, 1], [CALL], [CALL, 1],
                        [CALL, 1, {}], [CANCEL], [CANCEL, 1], [REGISTER], [REGISTER, 1],
                        [REGISTER, 1, {}], [UNREGISTER], [UNREGISTER, 1], [YIELD], [YIELD, 1],
                        [ERROR], [ERROR, INVOCATION], [ERROR, INVOCATION, 1],
                        [ERROR, INVOCATION, 1, {}], [ABORT], [ABORT, {}]):
            with self.subTest(message):
                self.assert_violation(self.join(), *message)

    def test_too_long(self):
        for message in ([PUBLISH, 1, {}, "a.b", [], {}, 1], [SUBSCRIBE, 1, {}, "a.b", 1],
                        [CALL, 1, {}, "a.b", [], {}, 1], [REGISTER, 1, {}, "a.b", 1],
                        [GOODBYE, {}, "some.reason", [], {}, 1]):
            with self.subTest(message):
                self.assert_violation(self.join(), *message)

    def test_options_that_are_no_dictionary(self):
        for options in ([], "x", 1, None, True):
            for message in ([PUBLISH, 1, options, "a.b"], [SUBSCRIBE, 1, options, "a.b"],
                            [CALL, 1, options, "a.b"], [REGISTER, 1, options, "a.b"]):
                with self.subTest(message):
                    self.assert_violation(self.join(), *message)

    def test_uris_that_are_no_strings(self):
        for uri in (1, None, True, [], {}, b"a.b" if self.codec != "json" else 1.5):
            for message in ([PUBLISH, 1, {}, uri], [SUBSCRIBE, 1, {}, uri], [CALL, 1, {}, uri],
                            [REGISTER, 1, {}, uri]):
                with self.subTest(message):
                    self.assert_violation(self.join(), *message)

    def test_payloads_of_wrong_types(self):
        for message in ([PUBLISH, 1, {}, "a.b", {}], [PUBLISH, 1, {}, "a.b", "x"],
                        [PUBLISH, 1, {}, "a.b", 1], [PUBLISH, 1, {}, "a.b", [], []],
                        [PUBLISH, 1, {}, "a.b", [], 1], [CALL, 1, {}, "a.b", {}],
                        [CALL, 1, {}, "a.b", [], []], [CALL, 1, {}, "a.b", [], "x"]):
            with self.subTest(message):
                self.assert_violation(self.join(), *message)

    def test_wrong_typed_options(self):
        """Known options of the wrong type are violations, and ABORT tells where."""
        lists = ("exclude", "eligible", "exclude_authid", "eligible_authid", "exclude_authrole",
                 "eligible_authrole")
        bad = [("acknowledge", 1), ("acknowledge", 0), ("acknowledge", "true"),
               ("exclude_me", 0), ("exclude_me", "false")]
        bad += [(key, value) for key in lists for value in ("x", 123, True, {})]
        bad += [(key, value) for key in lists[:2] for value in (["x"], [0], [-1], [1.5], [True])]
        bad += [(key, value) for key in lists[2:] for value in ([1], [None], ["ok", {}])]
        for key, value in bad:
            with self.subTest(f"{key}={value!r}"):
                said = self.assert_violation(self.join(), PUBLISH, 1, {key: value}, "some.topic")
                self.assertIn(f"[2].{key}", said)
                self.assertRegex(said, r"byte \d+")

    def test_wrong_typed_cancel_mode(self):
        for mode in (1, True, ["kill"], {}):
            peer = self.join()
            peer.start_call("no.such.procedure")
            peer.expect(ERROR)
            said = self.assert_violation(peer, CANCEL, 1, {"mode": mode})
            self.assertIn("[2].mode", said)

    def test_null_options(self):
        """An option that is null is one that is not given: JavaScript's undefined."""
        peer = self.join()
        peer.send(SUBSCRIBE, 1, {"match": None, "get_retained": None}, "some.topic")
        peer.expect(SUBSCRIBED)
        peer.send(PUBLISH, 2, {"acknowledge": None, "exclude_me": None, "eligible": None},
                  "some.topic")
        peer.send(PUBLISH, 3, {"acknowledge": True}, "some.topic")
        self.assertEqual(peer.expect(PUBLISHED)[1], 3)

    def test_wrong_match(self):
        for value in (123, "invalid", True, []):
            for kind in (SUBSCRIBE, REGISTER):
                with self.subTest(f"{kind} {value!r}"):
                    said = self.assert_violation(self.join(), kind, 1, {"match": value}, "a.b")
                    self.assertIn("[2].match", said)

    def test_the_byte_of_a_violation(self):
        """The offset in ABORT's message leads to the element that is wrong."""
        peer = self.join()
        message = peer.codec.encode([PUBLISH, 1, {"acknowledge": "WRONG"}, "some.topic"])
        peer.send_bytes(message)
        said = self.assert_aborted(peer)
        offset = int(said.split("byte ")[1].split()[0].strip(",;.:"))
        self.assertLessEqual(abs(offset - message.index(b"WRONG")), 1, said)

    def test_unknown_keys_are_ignored(self):
        more = {"x_unknown": 1, "_private": {"a": [1]}, "other": None}
        caller, callee = self.join(), self.join()
        topic, procedure = self.uri(), self.uri()
        callee.subscribe(topic, **more)
        callee.register(procedure, **more)
        caller.publish(topic, ["x"], **more)
        self.assertEqual(callee.expect(EVENT)[4], ["x"])
        request = caller.start_call(procedure, **more)
        callee.send(YIELD, callee.expect(INVOCATION)[1], more, ["y"])
        self.assertEqual(caller.receive()[:2], [RESULT, request])
        request = caller.start_call(procedure)
        callee.send(ERROR, INVOCATION, callee.expect(INVOCATION)[1], more, "some.error")
        self.assertEqual(caller.receive()[:3], [ERROR, CALL, request])
        request = caller.start_call(procedure)
        callee.expect(INVOCATION)
        caller.send(CANCEL, request, {"mode": "skip", **more})
        caller.expect(ERROR, CALL, request)
        caller.send(GOODBYE, more, "wamp.close.normal")
        caller.expect(GOODBYE)

    def test_empty_lists_are_valid_options(self):
        peer = self.join()
        for key in ("exclude", "eligible", "exclude_authid", "eligible_authid",
                    "exclude_authrole", "eligible_authrole"):
            peer.publish(self.uri(), **{key: []})


@on_links(*USUAL)
class UriTest:
    BAD = ("", ".", "a..b", ".a", "a.", "a b", "a.b c", " a", "a\t", "a\nb", "a#b", "#")

    def test_bad_uris_are_answered(self):
        """ERROR invalid_uri, and the session goes on."""
        peer = self.join()
        for uri in self.BAD:
            for kind in (SUBSCRIBE, REGISTER, CALL):
                with self.subTest(f"{kind} {uri!r}"):
                    self.assert_error(peer.request(kind, {}, uri), kind, peer.last_id, INVALID_URI)
            with self.subTest(f"PUBLISH {uri!r}"):
                self.assert_error(peer.request(PUBLISH, {"acknowledge": True}, uri),
                                  PUBLISH, peer.last_id, INVALID_URI)

    def test_bad_uri_in_a_publish_without_acknowledge(self):
        """Not answered at all."""
        peer = self.join()
        for uri in self.BAD + ("wamp.x",):
            peer.publish_only(uri)
        peer.send(PUBLISH, peer.next_id(), {"acknowledge": True}, self.uri())
        peer.expect(PUBLISHED, peer.last_id)

    def test_loose_uris(self):
        peer = self.join()
        for uri in ("a", "A.B-c", "1.2", "com.ex-ample.Ünicode.日本", "$%&/()=", "a.b.c.d.e.f.g"):
            unique = f"{uri}.{self.uri()}"
            peer.subscribe(unique)
            peer.register(unique)
            peer.publish(uri)

    def test_strict_uris(self):
        peer = self.join("strict.uris")
        peer.subscribe("com.my_app.topic1")
        for uri in ("com.App", "com.my-app", "com.ü", "a..b", ""):
            with self.subTest(uri):
                self.assert_error(peer.request(SUBSCRIBE, {}, uri), SUBSCRIBE, peer.last_id,
                                  INVALID_URI)

    def test_wamp_is_reserved(self):
        """REGISTER and PUBLISH are refused, SUBSCRIBE and CALL are legal."""
        peer = self.join()
        for uri in ("wamp.my.thing", "wamp.session.on_join", "wamp"):
            with self.subTest(uri):
                self.assert_error(peer.request(REGISTER, {}, uri), REGISTER, peer.last_id,
                                  INVALID_URI)
                self.assert_error(peer.request(PUBLISH, {"acknowledge": True}, uri), PUBLISH,
                                  peer.last_id, INVALID_URI)
        peer.subscribe("wamp.my.thing")
        self.assert_error(peer.call("wamp.my.thing"), CALL, peer.last_id,
                          "wamp.error.no_such_procedure")
        peer.register("wampum." + self.uri())
        peer.publish("wampum.x")

    def test_topics_and_procedures_share_a_namespace_without_harm(self):
        peer = self.join()
        uri = self.uri()
        peer.subscribe(uri)
        peer.register(uri)
