"""JSON, MessagePack and CBOR: what must be understood, refused, and passed on (1.0, 1.1, 1.9)."""

import math
import struct
import unittest

import cbor2
import msgpack

from conformance import GatewayTest, on_links
from wamp_client import *

JSON, MSGPACK, CBOR = ("websocket", "json"), ("websocket", "msgpack"), ("websocket", "cbor")


class BytesTest(GatewayTest):
    """Hand-made messages."""

    def assert_subscribes(self, data, topic="a.b", request=1):
        """data is taken as [SUBSCRIBE, request, {}, topic]."""
        peer = self.join()
        peer.send_bytes(data)
        peer.expect(SUBSCRIBED, request)
        other = self.join()
        other.publish(topic)
        peer.expect(EVENT)

    def assert_refused(self, data):
        """data is a protocol violation."""
        peer = self.join()
        peer.send_bytes(data)
        try:
            self.assert_aborted(peer)
        except (AssertionError, Closed, TimeoutError) as failure:
            raise AssertionError(f"{data!r}: {failure!r}") from failure


class PassingOnTest(GatewayTest, unittest.TestCase):
    """Payloads from any format to any other."""

    def between_all_formats(self, *args, **kwargs):
        """Yields what each format gets of a payload that each format sent."""
        topic = self.uri()
        peers = [self.gateway.join(codec=codec) for codec in FORMATS]
        for peer in peers:
            peer.subscribe(topic)
        for publisher in peers:
            publisher.publish(topic, list(args), kwargs, exclude_me=False)
            for subscriber in peers:
                event = subscriber.expect(EVENT)
                yield f"{publisher.codec.name} to {subscriber.codec.name}", event[4:]

    def assert_passes(self, *args, **kwargs):
        for way, got in self.between_all_formats(*args, **kwargs):
            with self.subTest(way):
                expected = [list(args), kwargs] if kwargs else [list(args)]
                self.assertEqual(got, expected)
                self.assertEqual(repr(got), repr(expected))  # also types: 1 is not True, nor 1.0

    def test_simple_values(self):
        self.assert_passes(None, True, False, "", "text", [], {}, [[]], {"a": {"b": [None]}},
                           k=1, other=[{}])

    def test_integers(self):
        self.assert_passes(*[sign * value for value in (
            0, 1, 23, 24, 31, 32, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1,
            2**32, 2**53, 2**53 + 1, 2**63 - 1) for sign in (1, -1)])

    def test_the_largest_integers(self):
        self.assert_passes(2**64 - 1, 2**63, -2**63)

    def test_floats(self):
        self.assert_passes(0.5, -1.25, 1e300, 5e-324, 3.141592653589793, 0.1, 1.7976931348623157e308)

    def test_integral_floats_stay_numbers(self):
        for way, got in self.between_all_formats(1.0, -2.0, 1e15):
            with self.subTest(way):
                self.assertEqual(got, [[1.0, -2.0, 1e15]])

    def test_texts(self):
        self.assert_passes("äöü", "日本語", "\U0001f600", "\"\\/\b\f\n\r\t", "\x01\x1f\x7f",
                           "a\0b", "\u2028\u2029", "x" * 40, "ü" * 200, "x" * 70000)

    def test_texts_as_keys(self):
        self.assert_passes(**{"": 1, "ü": 2, "with \"quotes\"": 3, "x" * 300: 4})

    def test_binaries(self):
        self.assert_passes(b"", b"\0", b"abc", bytes(range(256)), b"\xff" * 70000,
                           [b"x", {"k": b"y"}], k=b"z")

    def test_long_lists_and_dictionaries(self):
        self.assert_passes(list(range(70000)), {f"k{i}": i for i in range(1000)})

    def test_nesting(self):
        nested = []
        for _ in range(50):
            nested = [{"a": nested}]
        self.assert_passes(nested)

    def test_through_a_call(self):
        """Arguments, results and errors cross formats as well."""
        payload = [1, -1, b"\0\xff", "ü", None, 1.5], {"k": [b"x"]}
        for caller_codec in FORMATS:
            for callee_codec in FORMATS:
                with self.subTest(f"{caller_codec} to {callee_codec}"):
                    caller = self.gateway.join(codec=caller_codec)
                    callee = self.gateway.join(codec=callee_codec)
                    procedure = self.uri()
                    callee.register(procedure)
                    request = caller.start_call(procedure, *payload)
                    invocation = callee.expect(INVOCATION)
                    self.assertEqual(invocation[4:], list(payload))
                    callee.send(YIELD, invocation[1], {}, *payload)
                    self.assertEqual(caller.receive(), [RESULT, request, {}, *payload])
                    request = caller.start_call(procedure)
                    callee.send(ERROR, INVOCATION, callee.expect(INVOCATION)[1], {}, "e.f", *payload)
                    self.assertEqual(caller.receive(), [ERROR, CALL, request, {}, "e.f", *payload])


@on_links(JSON)
class JsonTest(BytesTest):
    def test_white_space(self):
        self.assert_subscribes(b' [ 32 ,\t1,\r\n{ } , "a.b" ]\n')

    def test_escapes(self):
        self.assert_subscribes(b'[32,1,{},"\\u0061\\u002Eb"]')
        self.assert_subscribes(b'[32,1,{"\\u0078yz":"\\ud83d\\ude00"},"a.b"]')

    def test_utf8(self):
        self.assert_subscribes('[32,1,{},"ä.日本.😀"]'.encode(), "ä.日本.😀")

    def test_malformed(self):
        for text in (b"[", b"]", b"[32,1,{},\"a.b\"", b"[32,1,{},\"a.b\"]]", b"[32,1,{},\"a.b\",]",
                     b"[32,1,{},\"a.b\"] []", b"[32,1,{},\"a.b\"]x", b"[32 1 {} \"a.b\"]",
                     b"[32,1,{},'a.b']", b"[32,01,{},\"a.b\"]", b"[32,1,{},a.b]", b"[32,+1,{},\"a\"]",
                     b"[32,1,{\"a\"},\"a.b\"]", b"[32,1,{a:1},\"a.b\"]", b"[32,1,{},\"a\nb\"]",
                     b"[32,1,{},\"a\\xb\"]", b"[32,1,{},\"a.b", b"// x\n[32,1,{},\"a.b\"]", b" ",
                     b"nonsense", b"[32,1,{\"abc\":NaN},\"a.b\"]", b"[32,1,{\"abc\":.5},\"a.b\"]",
                     b"[32,1,{\"abc\":1e999},\"a.b\"]", b"[32,1,{\"abc\":tru},\"a.b\"]"):
            with self.subTest(text):
                self.assert_refused(text)

    def test_duplicate_keys(self):
        self.assert_refused(b'[16,1,{"acknowledge":true,"acknowledge":true},"a.b"]')

    def test_lone_surrogates(self):
        for escape in (b"\\ud800", b"\\udc00", b"\\ud800x", b"\\ud800\\u0061", b"\\udc00\\ud800"):
            for text in (b'[32,1,{},"a.%s"]', b'[16,1,{},"a.b",["%s"]]', b'[16,1,{"xyz":"%s"},"a.b"]',
                         b'[16,1,{},"a.b",[],{"%s":1}]'):
                with self.subTest(text % escape):
                    self.assert_refused(text % escape)

    def test_integers_in_other_notations_are_no_ids(self):
        for number in (b"1.0", b"1e0", b"-0", b"10e-1", b"9007199254740993", b"1" + b"0" * 30):
            with self.subTest(number):
                self.assert_refused(b'[32,' + number + b',{},"a.b"]')

    def test_malformed_payloads(self):
        for args in (b"[1", b"[1,]", b"[1}", b"[nul]", b"[\"\\u12\"]", b"[01]", b"[1.]", b"[-]"):
            with self.subTest(args):
                self.assert_refused(b'[16,1,{},"a.b",' + args + b"]")


@on_links(("tcp", "json"), ("unix", "json"))
class JsonOverRawSocketTest(BytesTest):
    def test_invalid_utf8(self):
        """On WebSocket that is a matter of the text frame, here of the message."""
        for text in (b"\xff", b"\xc3(", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
            for message in (text, b'[32,1,{},"a.%s"]' % text, b'[16,1,{},"a.b",["%s"]]' % text):
                with self.subTest(message):
                    self.assert_refused(message)


@on_links(MSGPACK)
class MsgPackTest(BytesTest):
    CODES = (b"\x20", b"\xcc\x20", b"\xcd\0\x20", b"\xce\0\0\0\x20", b"\xcf" + bytes(7) + b"\x20",
             b"\xd0\x20", b"\xd1\0\x20", b"\xd2\0\0\0\x20", b"\xd3" + bytes(7) + b"\x20")

    def test_integers_of_every_width(self):
        for code in self.CODES:
            for one in self.CODES:
                with self.subTest(code + one):
                    one = one[:-1] + b"\x01"
                    self.assert_subscribes(b"\x94" + code + one + b"\x80\xa3a.b")

    def test_strings_of_every_width(self):
        for string in (b"\xa3a.b", b"\xd9\x03a.b", b"\xda\0\x03a.b", b"\xdb\0\0\0\x03a.b"):
            self.assert_subscribes(b"\x94\x20\x01\x80" + string)

    def test_lists_and_dictionaries_of_every_width(self):
        for head in (b"\x94", b"\xdc\0\x04", b"\xdd\0\0\0\x04"):
            for empty in (b"\x80", b"\xde\0\0", b"\xdf\0\0\0\0"):
                self.assert_subscribes(head + b"\x20\x01" + empty + b"\xa3a.b")

    def test_payloads_of_every_width(self):
        """Passed on to each format with the same meaning."""
        publisher = self.join()
        subscribers = [self.gateway.join(codec=codec) for codec in FORMATS]
        topic = self.uri()
        for subscriber in subscribers:
            subscriber.subscribe(topic)
        for item, meaning in (
                (b"\xdc\0\0", []), (b"\xdd\0\0\0\0", []), (b"\xde\0\0", {}),
                (b"\xdf\0\0\0\0", {}), (b"\xdc\0\x01\x01", [1]), (b"\xde\0\x01\xa1k\x01", {"k": 1}),
                (b"\xdf\0\0\0\x01\xd9\x01k\xdd\0\0\0\0", {"k": []}), (b"\xd9\0", ""),
                (b"\xda\0\0", ""), (b"\xdb\0\0\0\x01a", "a"), (b"\xc4\0", b""), (b"\xc5\0\x01a", b"a"),
                (b"\xc6\0\0\0\x01a", b"a"), (b"\xcf" + b"\xff" * 8, 2**64 - 1), (b"\xd0\xff", -1),
                (b"\xd3" + b"\xff" * 8, -1), (b"\xca\x3f\xc0\0\0", 1.5)):
            with self.subTest(item):
                head = msgpack.packb([PUBLISH, publisher.next_id(), {}, topic])[1:]
                publisher.send_bytes(b"\x95" + head + b"\xdc\0\x02" + item + b"\xc0")
                for subscriber in subscribers:
                    self.assertEqual(subscriber.expect(EVENT)[4:], [[meaning, None]])

    def test_a_large_id(self):
        peer = self.join("lenient")
        peer.send_bytes(b"\x94\x20\xd3" + (2**53).to_bytes(8, "big") + b"\x80\xa3a.b")
        peer.expect(SUBSCRIBED, 2**53)

    def test_floats_are_no_ids(self):
        for one in (b"\xca" + struct.pack(">f", 1), b"\xcb" + struct.pack(">d", 1)):
            self.assert_refused(b"\x94\x20" + one + b"\x80\xa3a.b")

    def test_binaries_are_no_strings(self):
        self.assert_refused(b"\x94\x20\x01\x80\xc4\x03a.b")

    def test_malformed(self):
        good = msgpack.packb([SUBSCRIBE, 1, {}, "a.b"])
        for data in [good[:size] for size in range(1, len(good))] + [good + b"\0", good + good,
                     b"\xc1", b"\x94\x20\x01\x80\xc1", b"\x20", b"\x94\x20\x01\x80\xdb\xff\xff\xff\xff"]:
            with self.subTest(data):
                self.assert_refused(data)

    def test_invalid_utf8(self):
        for text in (b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"):
            string = bytes([0xa0 | len(text)]) + text
            with self.subTest(text):
                self.assert_refused(b"\x94\x20\x01\x80" + string)
                self.assert_refused(b"\x94\x10\x01\x81\xa3xyz" + string + b"\xa3a.b")

    def test_keys(self):
        """Must be strings, and unique."""
        for options in ({1: 2}, {None: 1}, {b"acknowledge": True}):
            self.assert_refused(msgpack.packb([PUBLISH, 1, options, "a.b"]))
        key = msgpack.packb("acknowledge")
        self.assert_refused(b"\x94\x10\x01\x82" + key + b"\xc3" + key + b"\xc3\xa3a.b")


@on_links(CBOR)
class CborTest(BytesTest):
    CODES = (b"\x18\x20", b"\x19\0\x20", b"\x1a\0\0\0\x20", b"\x1b" + bytes(7) + b"\x20")
    ONES = (b"\x01", b"\x18\x01", b"\x19\0\x01", b"\x1a\0\0\0\x01", b"\x1b" + bytes(7) + b"\x01")

    def test_integers_of_every_width(self):
        for code in self.CODES:
            for one in self.ONES:
                with self.subTest(code + one):
                    self.assert_subscribes(b"\x84" + code + one + b"\xa0\x63a.b")

    def test_strings_of_every_width(self):
        for string in (b"\x63a.b", b"\x78\x03a.b", b"\x79\0\x03a.b", b"\x7a\0\0\0\x03a.b",
                       b"\x7b" + bytes(7) + b"\x03a.b"):
            self.assert_subscribes(b"\x84\x18\x20\x01\xa0" + string)

    def test_lists_and_dictionaries_of_every_width(self):
        for head in (b"\x84", b"\x98\x04", b"\x99\0\x04", b"\x9a\0\0\0\x04",
                     b"\x9b" + bytes(7) + b"\x04"):
            for empty in (b"\xa0", b"\xb8\0", b"\xb9\0\0", b"\xba\0\0\0\0", b"\xbb" + bytes(8)):
                self.assert_subscribes(head + b"\x18\x20\x01" + empty + b"\x63a.b")

    def test_indefinite_lengths(self):
        self.assert_subscribes(b"\x9f\x18\x20\x01\xa0\x63a.b\xff")
        self.assert_subscribes(b"\x84\x18\x20\x01\xbf\xff\x63a.b")
        self.assert_subscribes(b"\x84\x18\x20\x01\xbf\x63xyz\x9f\x01\xff\xff\x63a.b")
        self.assert_subscribes(b"\x84\x18\x20\x01\xa0\x7f\x61a\x62.b\xff")
        self.assert_subscribes(b"\x9f\x18\x20\x01\xbf\xff\x7f\x61a\x60\x62.b\xff\xff")

    def test_indefinite_lengths_in_payloads(self):
        """Passed on to each format with the same meaning."""
        topic = self.uri()
        publisher = self.join()
        head = cbor2.dumps([PUBLISH, 1, {"acknowledge": True}, topic])[1:]
        args = b"\x9f\x01\x9f\xff\x5f\x41a\x42bc\xff\x7f\x61x\x61y\xff\xff"
        kwargs = b"\xbf\x61k\xbf\xff\xff"
        subscribers = [self.gateway.join(codec=codec) for codec in FORMATS]
        for subscriber in subscribers:
            subscriber.subscribe(topic)
        publisher.send_bytes(b"\x9f" + head + args + kwargs + b"\xff")
        publisher.expect(PUBLISHED, 1)
        for subscriber in subscribers:
            with self.subTest(subscriber.codec.name):
                self.assertEqual(subscriber.expect(EVENT)[4:], [[1, [], b"abc", "xy"], {"k": {}}])

    def test_half_and_single_floats_in_payloads(self):
        topic = self.uri()
        publisher = self.join()
        head = cbor2.dumps([PUBLISH, 1, {"acknowledge": True}, topic])[1:]
        subscribers = [self.gateway.join(codec=codec) for codec in FORMATS]
        for subscriber in subscribers:
            subscriber.subscribe(topic)
        publisher.send_bytes(b"\x85" + head + b"\x82\xf9\x3e\x00\xfa" + struct.pack(">f", -0.25))
        publisher.expect(PUBLISHED, 1)
        for subscriber in subscribers:
            with self.subTest(subscriber.codec.name):
                args = subscriber.expect(EVENT)[4]
                self.assertTrue(math.isclose(args[0], 1.5) and math.isclose(args[1], -0.25), args)

    def test_a_large_id(self):
        peer = self.join("lenient")
        peer.send_bytes(cbor2.dumps([SUBSCRIBE, 2**53, {}, "a.b"]))
        peer.expect(SUBSCRIBED, 2**53)

    def test_floats_are_no_ids(self):
        for one in (b"\xf9\x3c\x00", b"\xfa" + struct.pack(">f", 1), b"\xfb" + struct.pack(">d", 1)):
            self.assert_refused(b"\x84\x18\x20" + one + b"\xa0\x63a.b")

    def test_binaries_are_no_strings(self):
        self.assert_refused(b"\x84\x18\x20\x01\xa0\x43a.b")

    def test_malformed(self):
        good = cbor2.dumps([SUBSCRIBE, 1, {}, "a.b"])
        for data in [good[:size] for size in range(1, len(good))] + [
                good + b"\0", good + good, b"\xff", b"\x9f\x18\x20\x01\xa0\x63a.b",
                b"\x84\x18\x20\x01\xbf\x63xyz\xff\x63a.b", b"\x84\x18\x20\x01\xa0\x7f\x43a.b\xff",
                b"\x84\x18\x20\x01\xa0\x1c", b"\x84\x18\x20\x01\xa0\x7b" + b"\xff" * 8,
                b"\x84\x18\x20\x01\xa0\xff", b"\x18\x20"]:
            with self.subTest(data):
                self.assert_refused(data)

    def test_invalid_utf8(self):
        for text in (b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"):
            string = bytes([0x60 | len(text)]) + text
            with self.subTest(text):
                self.assert_refused(b"\x84\x18\x20\x01\xa0" + string)
                self.assert_refused(b"\x84\x10\x01\xa1\x63xyz" + string + b"\x63a.b")

    def test_keys(self):
        """Must be strings, and unique."""
        for options in ({1: 2}, {None: 1}, {b"acknowledge": True}):
            self.assert_refused(cbor2.dumps([PUBLISH, 1, options, "a.b"]))
        key = cbor2.dumps("acknowledge")
        self.assert_refused(b"\x84\x10\x01\xa2" + key + b"\xf5" + key + b"\xf5\x63a.b")
