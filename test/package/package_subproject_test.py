"""The project as a folder of another one: its rooms, nothing else, and no trace of its settings."""

import re
import unittest

from consumer import *

# Not a fresh one: what has not changed since the last run need not be built again.
WORK = BUILD / "test" / "package" / "subproject"
# What only the programs and the tests need.
NOT_NEEDED = [f"CMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in ("CLI11", "doctest")]
# A project's own settings, unlike any of ours.
SETTINGS = {"CMAKE_BUILD_TYPE": "Debug", "CMAKE_CXX_STANDARD": "17", "CMAKE_CXX_EXTENSIONS": "ON",
            "CMAKE_CXX_FLAGS": "-DOURS", "CMAKE_CXX_FLAGS_DEBUG": "-O0 -DDEBUG_OF_OURS",
            "CMAKE_CXX_FLAGS_RELEASE": "-O1", "CMAKE_CXX_COMPILER_LAUNCHER": "/usr/bin/env",
            "CMAKE_MODULE_PATH": "/ours"}


class SubprojectTest(ConsumerTest):
    def set_up(self, way):
        folder = WORK / way
        said = self.configured("subproject", folder, f"CAF_WAMP={SOURCE}", f"WAY={way}",
                               *NOT_NEEDED,
                               *[f"{name}={value}" for name, value in SETTINGS.items()])
        return folder, said

    def check(self, folder, said):
        for name, value in SETTINGS.items():
            self.assertIn(f"-- {name}=<{value}>", said)
        self.assertIn("-- BUILD_TESTING=<>", said)
        self.assertIn("-- COMPILE_OPTIONS=<>", said)
        # Its programs and tests are not there.
        targets = self.succeed("cmake", "--build", folder, "--target", "help")
        libraries = set(re.findall(r"(\w+)\.a: ", targets))
        self.assertEqual(libraries & {"libwamp_actors", "libwamp_gateway_app", "libtest_main"},
                         {"libwamp_actors"})
        for word in ("wamp-gateway", "example_", "test_actors", "Nightly", "install/local: wamp"):
            self.assertNotIn(word, targets)
        # It was compiled as the project says, but for its standard.
        commands = self.succeed("ninja", "-C", folder, "-t", "commands", "consumer")
        ours = [line for line in commands.splitlines() if f"-c {SOURCE}/actors/" in line]
        self.assertGreater(len(ours), 10)
        for command in ours:
            self.assertTrue(command.startswith("/usr/bin/env "), command)
            self.assertIn("-DOURS -O0 -DDEBUG_OF_OURS", command)
            self.assertIn("-std=gnu++20", command)
            self.assertNotRegex(command, "-Werror|-Wall|ccache")

    def test_add_subdirectory(self):
        folder, said = self.set_up("add_subdirectory")
        self.check(folder, said)
        self.build_and_run(folder)

    def test_fetch_content(self):
        folder, said = self.set_up("FetchContent")
        self.check(folder, said)

    def test_a_missing_package_is_called_by_its_debian_name(self):
        done = self.configure("subproject", WORK / "missing", f"CAF_WAMP={SOURCE}",
                              "CMAKE_DISABLE_FIND_PACKAGE_tl-expected=ON")
        self.refused(done, "tl-expected was not found (on Debian: libexpected-dev)")


if __name__ == "__main__":
    unittest.main()
