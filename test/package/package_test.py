"""What `cmake --install` and `cpack` make of this build, and whether others can build with it."""

import functools
import re
import unittest

from consumer import *

ROOMS = ["serialization", "auth", "transport", "actors"]
WORK = fresh_folder("work")


@functools.cache
def prefix():
    """This build, installed and then moved to another folder."""
    installed = run("cmake", "--install", BUILD, "--prefix", WORK / "installed")
    if installed.returncode != 0:
        raise RuntimeError(installed.stdout + installed.stderr)
    (WORK / "installed").rename(WORK / "prefix")
    return WORK / "prefix"


@functools.cache
def debian_packages():
    """The files that cpack made, by the names of the packages."""
    made = run("cpack", "-G", "DEB", "-B", WORK / "debian", cwd=BUILD)
    if made.returncode != 0:
        raise RuntimeError(made.stdout + made.stderr)
    return {path.name.split("_")[0]: path for path in (WORK / "debian").glob("*.deb")}


def files_below(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


class InstalledTest(ConsumerTest):
    def test_has_the_headers_of_the_rooms(self):
        installed = {str(path.relative_to(prefix() / "include" / "wamp"))
                     for path in files_below(prefix() / "include")}
        ours = {str(path.relative_to(SOURCE)) for room in ROOMS for path in files_below(SOURCE / room)
                if path.suffix == ".hpp"}
        self.assertEqual(installed, ours - {"serialization/rapidjson.hpp"})

    def test_names_no_folder_of_this_build(self):
        for path in files_below(prefix()):
            if path.suffix in (".a", ".gz") or path.parent.name == "bin":
                continue # debug information may
            text = path.read_text()
            for folder in (SOURCE, BUILD, WORK):
                self.assertNotIn(str(folder), text, path)

    def test_the_headers_need_no_private_library(self):
        headers = [str(path.relative_to(prefix() / "include"))
                   for path in files_below(prefix() / "include")]
        everything = WORK / "everything.cpp"
        everything.write_text("".join(f"#include <{header}>\n" for header in headers))
        used = self.succeed(COMPILER, "-std=c++20", "-M", "-I", prefix() / "include", everything)
        for library in ("rapidjson", "msgpack", "utf8cpp", "botan", "cbor.h", "sqlite3"):
            self.assertNotRegex(used, rf"/usr/[^ ]*{library}")

    def test_the_gateway_takes_the_example(self):
        data = prefix() / "share" / "caf-wamp"
        self.assertTrue((data / "wamp-gateway.schema.json").is_file())
        gateway = prefix() / "bin" / "wamp-gateway"
        self.succeed(gateway, "--check", "--config", data / "example.json")
        self.assertEqual(self.succeed(gateway, "--version").strip(), VERSION)


class FindPackageTest(ConsumerTest):
    """find_package(caf_wamp)"""

    def find(self, rooms, *arguments, **options):
        name = re.sub(r"\W", "_", self.id().split(".")[-1] + rooms + "".join(arguments))
        return self.configure("installed", WORK / name, f"CMAKE_PREFIX_PATH={prefix()}",
                              f"ROOMS={rooms}", *arguments, **options)

    def rooms_found(self, rooms, *arguments):
        done = self.find(rooms, *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return re.findall("there is wamp::(.*)", done.stdout)

    def test_a_program(self):
        # The program is one of an earlier standard: what it links raises it.
        folder = WORK / "find_package"
        self.configured("installed", folder, f"CMAKE_PREFIX_PATH={prefix()}", f"MAIN={MAIN}",
                        "ROOMS=serialization;transport;actors", "CMAKE_CXX_STANDARD=17",
                        f"CMAKE_CXX_FLAGS={FLAGS}")
        self.build_and_run(folder)

    def test_no_component_is_all_of_them(self):
        self.assertEqual(self.rooms_found(""), ROOMS)

    def test_a_component_brings_those_that_it_stands_on_and_what_they_need(self):
        self.assertEqual(self.rooms_found("transport", "CMAKE_DISABLE_FIND_PACKAGE_CAF=ON"),
                         ["serialization", "transport"])

    def test_an_unknown_component_is_refused(self):
        self.refused(self.find("actors;router"), "no component 'router'",
                     "serialization, auth, transport, actors")

    def test_an_optional_component_may_be_unknown(self):
        self.assertEqual(self.rooms_found("auth;OPTIONAL_COMPONENTS;router"),
                         ["serialization", "auth"])

    def test_versions(self):
        major, minor, patch = VERSION.split(".")
        self.assertEqual(self.rooms_found("auth", f"VERSION={major}.{minor}"), ["serialization", "auth"])
        for other in (f"{major}.{int(minor) + 1}", f"{int(major) + 1}.{minor}"):
            self.refused(self.find("auth", f"VERSION={other}"), f'compatible with requested version "{other}"')

    def test_a_missing_package_is_called_by_its_debian_name(self):
        for package, debian in (("CAF", "libcaf-dev"), ("Boost", "libboost-dev"),
                                ("tl-expected", "libexpected-dev"), ("tsl-robin-map", "robin-map-dev"),
                                ("spdlog", "libspdlog-dev"), ("OpenSSL", "libssl-dev")):
            with self.subTest(package):
                self.refused(self.find("actors", f"CMAKE_DISABLE_FIND_PACKAGE_{package}=ON"),
                             f"(on Debian: {debian})")

    def test_a_missing_pkg_config_is_called_by_its_debian_name(self):
        self.refused(self.find("actors", "PKG_CONFIG_EXECUTABLE=/nonexistent"),
                     "(on Debian: pkg-config)")

    def test_a_missing_library_of_pkg_config_is_called_by_its_debian_name(self):
        nothing = {"PKG_CONFIG_LIBDIR": "/nonexistent"}
        self.refused(self.find("actors", environment=nothing), "(on Debian: libbotan-2-dev)",
                     "(on Debian: libcbor-dev)")


class PkgConfigTest(ConsumerTest):
    """pkg-config and a plain compiler"""

    def flags(self, *arguments):
        environment = {**os.environ, "PKG_CONFIG_PATH": str(next(prefix().rglob("pkgconfig")))}
        return self.succeed("pkg-config", *arguments, env=environment).split()

    def test_a_program(self):
        program = WORK / "with_pkg_config"
        # With --static and without: the libraries are static ones in any case.
        self.succeed(COMPILER, "-std=c++20", *FLAGS.split(), MAIN, "-o", program,
                     *self.flags("--cflags", "--libs", "--static", "caf_wamp"))
        self.assertEqual(self.succeed(program, timeout=60), ANSWER)
        self.assertEqual(self.flags("--libs", "caf_wamp"), self.flags("--libs", "--static", "caf_wamp"))

    def test_a_room(self):
        self.assertEqual(self.flags("--modversion", "caf_wamp_transport"), [VERSION])
        libs = self.flags("--libs", "caf_wamp_transport")
        self.assertIn("-lwamp_serialization", libs)
        self.assertNotIn("-lcaf_core", libs)


class DebianPackageTest(ConsumerTest):
    """cpack -G DEB"""

    def fields(self, package):
        text = self.succeed("dpkg-deb", "-f", debian_packages()[package])
        fields = dict(re.findall(r"^(\S+): (.*)$", text, re.MULTILINE))
        fields["Depends"] = [name.split()[0] for name in fields["Depends"].split(", ")]
        return fields

    def unpacked(self, package):
        folder = WORK / package
        self.succeed("dpkg-deb", "-x", debian_packages()[package], folder)
        return folder / "usr"

    def test_there_are_two(self):
        self.assertEqual(set(debian_packages()), {"caf-wamp-gateway", "libcaf-wamp-dev"})

    def test_the_gateway(self):
        fields = self.fields("caf-wamp-gateway")
        self.assertEqual(fields["Description"], "WAMP router on WebSocket and RawSocket")
        for library in ("libcaf-core0.17", "libcaf-io0.17", "libbotan-2-19", "libcbor0.8"):
            self.assertIn(library, fields["Depends"])
        usr = self.unpacked("caf-wamp-gateway")
        self.succeed(usr / "bin/wamp-gateway", "--check", "--config", usr / "share/caf-wamp/example.json")
        self.assertTrue((usr / "share/doc/caf-wamp-gateway/copyright").is_file())
        self.assertFalse((usr / "include").exists())

    def test_the_libraries(self):
        self.assertEqual(self.fields("libcaf-wamp-dev")["Version"], VERSION)
        depends = self.fields("libcaf-wamp-dev")["Depends"]
        for package in ("libcaf-dev", "libboost-dev", "libbotan-2-dev", "libcbor-dev", "libidn-dev",
                        "libexpected-dev", "robin-map-dev", "libspdlog-dev", "libsqlite3-dev",
                        "pkg-config"):
            self.assertIn(package, depends)
        for private in ("rapidjson-dev", "libmsgpack-cxx-dev", "libutfcpp-dev", "libcli11-dev"):
            self.assertNotIn(private, depends)
        usr = self.unpacked("libcaf-wamp-dev")
        self.assertTrue((usr / "share/doc/libcaf-wamp-dev/copyright").is_file())
        self.assertFalse((usr / "bin").exists())
        folder = WORK / "with_debian_package"
        self.configured("installed", folder, f"CMAKE_PREFIX_PATH={usr}", f"MAIN={MAIN}",
                        "ROOMS=actors", f"CMAKE_CXX_FLAGS={FLAGS}")
        self.build_and_run(folder)


if __name__ == "__main__":
    unittest.main()
