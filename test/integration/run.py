#!/usr/bin/python3
"""Runs the tests (*_test.py) of a folder against a gateway:

  test/integration/run.py --gateway build/dev/apps/gateway/wamp-gateway test/conformance [-k NAME]
"""

import argparse
import os
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gateway", default=os.environ.get("WAMP_GATEWAY"),
                        help="the program under test (default: $WAMP_GATEWAY)")
    parser.add_argument("--scheduler", choices=["sockets", "caf"], default="sockets",
                        help="whose threads run the gateway's actors")
    parser.add_argument("-k", dest="names", action="append", help="only tests with this in their name")
    parser.add_argument("-v", "--verbose", action="store_true", help="name every test")
    parser.add_argument("--durations", action="store_true", help="tell the ten slowest tests")
    parser.add_argument("folder", nargs="?", default=str(HERE))
    arguments = parser.parse_args()
    if not arguments.gateway:
        parser.error("which gateway? Name it by --gateway or in WAMP_GATEWAY.")
    sys.dont_write_bytecode = True
    os.environ["WAMP_GATEWAY"] = os.path.abspath(arguments.gateway)
    os.environ["WAMP_TEST_SCHEDULER"] = arguments.scheduler
    sys.path.insert(0, str(HERE))
    folder = os.path.abspath(arguments.folder)
    loader = unittest.TestLoader()
    if arguments.names:
        loader.testNamePatterns = [f"*{name}*" for name in arguments.names]
    tests = loader.discover(folder, pattern="*_test.py", top_level_dir=folder)
    result = unittest.TextTestRunner(verbosity=2 if arguments.verbose else 1,
                                     resultclass=TimedResult).run(tests)
    if arguments.durations:
        for seconds, name in sorted(result.durations, reverse=True)[:10]:
            print(f"{seconds:7.2f} s  {name}", file=sys.stderr)
    found_none = result.testsRun == 0
    sys.exit(0 if result.wasSuccessful() and not found_none else 1)


class TimedResult(unittest.TextTestResult):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.durations = []

    def startTest(self, test):
        super().startTest(test)
        test.started_at = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        self.durations.append((time.monotonic() - test.started_at, test.id()))


if __name__ == "__main__":
    main()
