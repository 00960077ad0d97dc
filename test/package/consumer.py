"""Projects of users: configures, builds and runs them in a folder of their own."""

import os
import pathlib
import shutil
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
BUILD = pathlib.Path(os.environ["WAMP_BUILD"])
VERSION = os.environ["WAMP_VERSION"]
COMPILER = os.environ["CXX"]
FLAGS = os.environ["WAMP_CXXFLAGS"]
MAIN = HERE / "main.cpp"
ANSWER = "2 + 3 = 5\n"


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)


def fresh_folder(name):
    folder = BUILD / "test" / "package" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


class ConsumerTest(unittest.TestCase):
    """A test that runs commands which must succeed, or must fail with the right words."""

    def succeed(self, *command, **options):
        done = run(*command, **options)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout

    def configure(self, project, folder, *arguments, environment=None):
        """Runs cmake on a project next to this file; `arguments` are NAME=VALUE."""
        return run("cmake", "-G", "Ninja", "-S", HERE / project, "-B", folder,
                   f"-DCMAKE_CXX_COMPILER={COMPILER}", *["-D" + text for text in arguments],
                   env={**os.environ, **(environment or {})})

    def configured(self, project, folder, *arguments):
        done = self.configure(project, folder, *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def refused(self, done, *words):
        """That cmake refused, for a reason that has these words."""
        self.assertNotEqual(done.returncode, 0, done.stdout)
        for word in words:
            self.assertIn(word, " ".join(done.stderr.split()))

    def build_and_run(self, folder):
        self.succeed("cmake", "--build", folder, "-j2", "--target", "consumer")
        self.assertEqual(self.succeed(folder / "consumer", timeout=60), ANSWER)
