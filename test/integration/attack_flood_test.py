"""One address that opens connections without end, or says HELLO on and on: it gets its share, and
others get in at once."""

import json
import time

from gateway import wait_until
from gateway_test_case import GatewayTestCase
from wamp_client import *

ELSEWHERE = "127.0.0.2"


class FloodTest(GatewayTestCase):
    def elsewhere(self, gateway):
        return Route(*gateway.tcp, source=ELSEWHERE)

    def is_served(self, route):
        """A connection that stays open with the test, and whether it was answered."""
        try:
            stream = Stream(route)
        except OSError:
            return False
        self.addCleanup(stream.close)
        try:
            stream.send(b"\x7f\xf1\0\0")
            return stream.read(4, time.monotonic() + TIMEOUT) == b"\x7f\xf1\0\0"
        except TimeoutError:  # an OSError, too
            raise
        except (Closed, OSError):
            return False

    def assert_serves_elsewhere(self, gateway):
        gateway.tcp = self.elsewhere(gateway)
        self.assert_serves(gateway)

    def test_an_address_may_have_so_many_connections(self):
        gateway = self.start(listener={"max_connections_per_address": 10})
        served = [self.is_served(gateway.tcp) for _ in range(30)]
        self.assertEqual(served, [True] * 10 + [False] * 20)
        # Nor by long-poll, nor by another transport of the same port.
        with self.assertRaises((Closed, OSError)):
            gateway.join()
        # Said now and then, not 21 times.
        self.assertIn(gateway.log().count("this address has too many connections"), (1, 2))
        self.assert_serves_elsewhere(gateway)

    def test_places_are_given_back(self):
        gateway = self.start(listener={"max_connections_per_address": 2})
        for _ in range(10):
            peers = [wait_until(lambda: self.joined(gateway), "a place") for _ in range(2)]
            self.assertIsNone(self.joined(gateway))
            for peer in peers:
                peer.leave()
                peer.close()

    def joined(self, gateway):
        """A peer, or None if there is no place."""
        try:
            return gateway.join(transport="tcp")
        except TimeoutError:
            raise
        except (Closed, OSError):
            return None

    def test_an_address_may_connect_so_often(self):
        gateway = self.start(listener={"max_new_connections_per_second": 5})
        began = time.monotonic()
        served = sum(self.is_served(gateway.tcp) for _ in range(100))
        took = time.monotonic() - began
        self.assertGreaterEqual(served, 5)
        self.assertLessEqual(served, 5 + 5 * took + 1)
        self.assertIn("this address connects too often", gateway.log())
        self.assert_serves_elsewhere(gateway)

    def test_a_flood_of_hellos(self):
        """Each of which is refused, since there is no such realm."""
        gateway = self.start(listener={"max_new_connections_per_second": 20})
        def flood():
            refused, turned_away = 0, 0
            began = time.monotonic()
            while time.monotonic() < began + 1:
                try:
                    peer = Peer(RawSocketLink(gateway.tcp, Json))
                    peer.send(HELLO, "no.such.realm", {"roles": ALL_ROLES})
                    peer.expect(ABORT)
                    peer.close()
                    refused += 1
                except TimeoutError:  # an OSError, too
                    raise
                except (Closed, OSError):
                    turned_away += 1
            self.assertLessEqual(refused, 20 + 20 * (time.monotonic() - began) + 1)
            self.assertGreater(turned_away, 0)
        wait = self.background(flood)
        for _ in range(5):
            peer = Peer(RawSocketLink(self.elsewhere(gateway), Json))
            peer.join()
            peer.close()
        wait()

    def test_long_poll_transports_count(self):
        gateway = self.start(listener={"max_connections_per_address": 6, "long_poll": "/longpoll"})
        stream = Stream(gateway.tcp)
        self.addCleanup(stream.close)
        offer = json.dumps({"protocols": ["wamp.2.json"]}).encode()
        statuses = []
        for _ in range(10):
            stream.send(LongPollLink.request("/longpoll/open", offer))
            statuses.append(LongPollLink.response(stream, time.monotonic() + TIMEOUT).status)
        self.assertEqual(statuses, [200] * 5 + [503] * 5)

    def test_a_unix_socket_has_no_addresses(self):
        gateway = self.start(listener={"max_connections_per_address": 1,
                                       "max_new_connections_per_second": 1})
        self.call_between(gateway.join(transport="unix"), gateway.join(transport="unix"))
