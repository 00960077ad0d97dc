"""What the integration tests share: a TestCase that starts gateways and ends them."""

import itertools
import threading
import time
import unittest

from gateway import Gateway
from wamp_client import INVOCATION, RESULT, YIELD

_numbers = itertools.count(1)


class GatewayTestCase(unittest.TestCase):
    def start(self, **options):
        """A gateway that is stopped, and must end well, with the test."""
        gateway = Gateway(**options)
        self.addCleanup(lambda: gateway.stop() if gateway.is_running() else gateway.kill())
        return gateway

    @staticmethod
    def uri(name="uri"):
        return f"test.{name}.n{next(_numbers)}"

    def background(self, action):
        """Runs an action in a thread that ends with the test; returns a function that waits for
        its end and passes its failure on."""
        failures = []

        def run():
            try:
                action()
            except BaseException as failure:  # pylint: disable=broad-except
                failures.append(failure)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 60)

        def wait():
            thread.join(60)
            self.assertFalse(thread.is_alive(), "a background action did not end")
            if failures:
                raise failures[0]
        return wait

    def assert_serves(self, gateway, calls=1, **options):
        """Calls between two new sessions work; returns the longest time that one took."""
        caller, callee = gateway.join(**options), gateway.join(**options)
        longest = self.call_between(caller, callee, calls)
        for peer in (caller, callee):
            peer.close()
            gateway.peers.remove(peer)
        return longest

    def call_between(self, caller, callee, calls=1):
        procedure = self.uri()
        callee.register(procedure)
        longest = 0
        for number in range(calls):
            started = time.monotonic()
            request = caller.start_call(procedure, [number])
            callee.send(YIELD, callee.expect(INVOCATION)[1], {}, [number])
            self.assertEqual(caller.receive(), [RESULT, request, {}, [number]])
            longest = max(longest, time.monotonic() - started)
        return longest
