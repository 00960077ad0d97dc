"""The examples do what they say."""

import os
import subprocess

from gateway import binary
from gateway_test_case import GatewayTestCase
from wamp_client import TIMEOUT


def run_example(name, *arguments):
    program = os.path.join(os.path.dirname(binary()), "..", "examples", "example_" + name)
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=TIMEOUT)


class ExamplesTest(GatewayTestCase):
    def test_composed(self):
        done = run_example("composed")
        self.assertEqual(done.stdout.splitlines(), [
            "7 / 2 = 3.5", "7 / 0 : com.myapp.error.division_by_zero", "news: hello",
            "9 / 2 = 4.5"])
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_remote_client(self):
        gateway = self.start()
        done = run_example("remote_client", f"ws://127.0.0.1:{gateway.port}/ws")
        self.assertEqual(done.stdout, "2 + 3 = 5\n", done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_remote_client_with_a_wrong_url(self):
        done = run_example("remote_client", "http://127.0.0.1")
        self.assertEqual(done.returncode, 2)
        self.assertIn("http", done.stderr)
