"""What the conformance tests share: one gateway, and a class per transport and format.

A test class is written once, as a mixin, and @on_links makes a TestCase of it for every link
named, e.g. PublishTest_websocket_cbor.
"""

import itertools
import sys
import unittest

import users
from gateway import Gateway
from wamp_client import ABORT, Closed

WEBSOCKET = tuple(("websocket", codec) for codec in ("json", "msgpack", "cbor"))
BATCHED = tuple(("batched", codec) for codec in ("json", "msgpack", "cbor"))
RAWSOCKET = tuple((transport, codec) for transport in ("tcp", "unix")
                  for codec in ("json", "msgpack", "cbor"))
# All formats on WebSocket; the others differ below the messages only, so one format of each.
USUAL = WEBSOCKET + (("batched", "json"), ("tcp", "msgpack"), ("unix", "cbor"))
LONG_POLL = tuple(("longpoll", codec) for codec in ("json", "msgpack", "cbor"))
EVERY = WEBSOCKET + BATCHED + RAWSOCKET + LONG_POLL

VIOLATION = "wamp.error.protocol_violation"
REALMS = (
    "realm1",
    "realm2",
    {"name": "lenient", "request_ids": "lenient"},
    {"name": "strict.uris", "uris": "strict"},
    {"name": "meta", "event_history": [{"uri": "history.", "match": "prefix", "max_events": 3}]},
    {"name": "open", "disclose_publishers": "always"},
    {"name": "discreet", "disclose_publishers": "never"},
    {"name": "roles", "roles": [{"name": "anonymous", "permissions": [
        {"uri": "test.open.", "match": "prefix",
         "allow": ["call", "register", "publish", "subscribe"]},
        {"uri": "test.open.hidden.", "match": "prefix", "allow": ["publish", "call"]},
        {"uri": "test.read.", "match": "prefix", "allow": ["subscribe", "call"]},
        {"uri": "test..named", "match": "wildcard", "disclose": ["caller", "publisher"],
         "allow": ["call", "register", "publish", "subscribe"], "cache": False},
        {"uri": "wamp.session.count", "allow": ["call"]},
        {"uri": "wamp.subscription.on_create", "allow": ["subscribe"]},
    ]}]},
    {"name": "judged", "authorizer": "test.may", "roles": [{"name": "anonymous", "permissions": [
        {"uri": "test.may", "allow": ["register"]},
        {"uri": "test.open.", "match": "prefix", "allow": ["publish"]},
    ]}]},
    *users.REALMS,
)

_gateway = None
_numbers = itertools.count(1)


def the_gateway():
    """The gateway of all tests, started by the first that needs it."""
    global _gateway
    if _gateway is None:
        _gateway = Gateway(realms=REALMS, listener={"long_poll": "/longpoll"})
        unittest.addModuleCleanup(stop_gateway)
    return _gateway


def stop_gateway():
    global _gateway
    if _gateway is not None:
        gateway, _gateway = _gateway, None
        gateway.stop()


class GatewayTest:
    """Mixin of all test classes: peers on self.transport and self.codec."""

    transport, codec = "websocket", "json"

    def setUp(self):
        self.gateway = the_gateway()

    def tearDown(self):
        alive = self.gateway.is_running()
        self.gateway.close_peers()
        if not alive:
            log = self.gateway.log()
            stop_gateway_after_crash()
            self.fail("the gateway has crashed:\n" + log[-20000:])

    def connect(self, **options):
        return self.gateway.connect(self.transport, self.codec, **options)

    def join(self, realm="realm1", roles=None, **options):
        return self.connect(**options).join(realm, roles)

    @staticmethod
    def uri(name="uri"):
        """A URI that no other test uses."""
        return f"test.{name}.n{next(_numbers)}"

    def assert_error(self, answer, kind, request, uri):
        self.assertEqual(answer[:3], [8, kind, request])
        self.assertIsInstance(answer[3], dict)
        self.assertEqual(answer[4], uri)

    def assert_aborted(self, peer, reason=VIOLATION):
        """ABORT with this reason comes next, then the end; returns its Details.message."""
        message = peer.receive()
        self.assertEqual(message[0], ABORT, message)
        self.assertIsInstance(message[1], dict)
        self.assertEqual(message[2], reason)
        peer.wait_closed()
        return message[1].get("message")

    def assert_violation(self, peer, *message):
        peer.send(*message)
        try:
            return self.assert_aborted(peer)
        except (AssertionError, Closed, TimeoutError) as failure:
            raise AssertionError(f"{message}: {failure!r}") from failure


def stop_gateway_after_crash():
    global _gateway
    gateway, _gateway = _gateway, None
    gateway.kill()


def on_links(*links):
    """Makes one TestCase per link of a mixin class."""
    def decorate(mixin):
        module = sys.modules[mixin.__module__]
        for transport, codec in links:
            name = f"{mixin.__name__}_{transport}_{codec}"
            setattr(module, name, type(name, (mixin, GatewayTest, unittest.TestCase), {
                "transport": transport, "codec": codec, "__module__": mixin.__module__,
                "__doc__": mixin.__doc__}))
        return mixin
    return decorate
