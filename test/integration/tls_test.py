"""The gateway behind TLS: all transports and formats, certificates of clients, and the reload of its
own while sessions are there."""

import json
import os
import shutil
import signal
import ssl
import subprocess
import tempfile

from gateway import binary, run_to_end, wait_until
from gateway_test_case import GatewayTestCase
from tls_files import Authority, serial_of
from wamp_client import *


class TlsTestCase(GatewayTestCase):
    def setUp(self):
        self.authority = self.new_authority()
        self.certificate, self.key = self.authority.issue()

    def new_authority(self, name="test authority"):
        authority = Authority(name)
        self.addCleanup(authority.clean)
        return authority

    def start_tls(self, tls=None, client=None, **options):
        listener = {"tls": {"certificate": self.certificate, "key": self.key, **(tls or {})},
                    **options.pop("listener", {})}
        return self.start(listener=listener, tls=client or self.authority.client(), **options)


class TransportTest(TlsTestCase):
    def test_every_transport_and_format(self):
        gateway = self.start_tls(listener={"long_poll": "/longpoll", "deflate": True})
        for transport in ("websocket", "batched", "deflate", "tcp", "longpoll"):
            for codec in FORMATS:
                with self.subTest(f"{transport} {codec}"):
                    self.assert_serves(gateway, 3, transport=transport, codec=codec)

    def test_large_messages(self):
        gateway = self.start_tls()
        for transport in ("websocket", "tcp"):
            subscriber, publisher = (gateway.join(transport=transport) for _ in range(2))
            topic = self.uri()
            subscriber.subscribe(topic)
            publisher.publish(topic, ["x" * 5_000_000])
            self.assertEqual(subscriber.expect(EVENT)[4], ["x" * 5_000_000])

    def test_versions(self):
        gateway = self.start_tls()
        for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
                              (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            route = gateway.tcp._replace(tls=self.authority.client(maximum=version))
            peer = Peer(RawSocketLink(route, Json))
            self.assertEqual(peer.link.stream.socket.version(), name)
            peer.join()
            peer.close()
        strict = self.start_tls({"minimum_version": "1.3"})
        with self.assertRaises(ssl.SSLError):
            Stream(strict.tcp._replace(tls=self.authority.client(maximum=ssl.TLSVersion.TLSv1_2)))
        self.assert_serves(strict)

    def test_the_end_is_said(self):
        """A client of TLS can tell that nobody on the way has cut it off."""
        gateway = self.start_tls()
        stream = Stream(gateway.tcp)
        self.addCleanup(stream.close)
        stream.socket.suppress_ragged_eofs = False
        stream.send(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertTrue(stream.read_to_end().startswith(b"HTTP/1.1 200 "))


class ClientCertificateTest(TlsTestCase):
    def joins(self, gateway, client):
        try:
            peer = Peer(RawSocketLink(gateway.tcp._replace(tls=client), Json))
        except TimeoutError:  # an OSError, too
            raise
        except (ssl.SSLError, Closed, OSError):
            return False
        peer.join()
        peer.close()
        return True

    def test_who_may_come_in(self):
        good = self.authority.client(*self.authority.issue("joe"))
        # Whom it trusts is another matter than who has signed what it shows.
        foreign = self.authority.client(*self.new_authority("a stranger").issue("joe"))
        none = self.authority.client()
        for kind, wanted in {"none": [True, True, True], "optional": [True, True, False],
                             "required": [False, True, False]}.items():
            with self.subTest(kind):
                tls = {"client_certificate": kind}
                if kind != "none":
                    tls["client_ca"] = self.authority.certificate
                gateway = self.start_tls(tls)
                self.assertEqual([self.joins(gateway, c) for c in (none, good, foreign)], wanted)


class ReloadTest(TlsTestCase):
    def reload(self, gateway, change=None):
        """Returns what was logged for it."""
        if change:
            with open(gateway.config_path, encoding="utf-8") as file:
                config = json.load(file)
            change(config)
            with open(gateway.config_path, "w", encoding="utf-8") as file:
                json.dump(config, file)
        before = len(gateway.log())
        gateway.signal(signal.SIGHUP)
        def ended():
            log = gateway.log()[before:]
            done = log.count("as it is now") == 2 or "everything stays as it was" in log
            return log if done else None
        return wait_until(ended, "the reload")

    def shown(self, gateway):
        stream = Stream(gateway.tcp)
        self.addCleanup(stream.close)
        return serial_of(stream)

    def test_a_new_certificate_for_new_connections(self):
        gateway = self.start_tls()
        caller, callee = gateway.join(), gateway.join(transport="tcp")
        self.assertEqual(self.shown(gateway), 1)
        certificate, key = self.authority.issue()
        shutil.copy(certificate, self.certificate)
        shutil.copy(key, self.key)
        self.reload(gateway)
        self.assertEqual(self.shown(gateway), 2)
        self.call_between(caller, callee, 3)
        self.assert_serves(gateway)

    def test_files_of_other_names(self):
        gateway = self.start_tls()
        other = self.authority.issue()
        def change(config):
            for listener in config["listeners"]:
                listener["tls"].update(certificate=other[0], key=other[1])
        log = self.reload(gateway, change)
        self.assertEqual(self.shown(gateway), 2)
        self.assertNotIn("started anew", log)

    def test_clients_certificates_are_asked_for_from_now_on(self):
        gateway = self.start_tls()
        stays = gateway.join()
        def change(config):
            for listener in config["listeners"]:
                listener["tls"].update(client_certificate="required",
                                       client_ca=self.authority.certificate)
        self.reload(gateway, change)
        with self.assertRaises((ssl.SSLError, Closed, OSError)):
            gateway.join()
        gateway.tcp = gateway.tcp._replace(
            tls=self.authority.client(*self.authority.issue("joe")))
        self.call_between(gateway.join(), stays)

    def test_bad_files_change_nothing(self):
        gateway = self.start_tls()
        peer = gateway.join()
        other_key = self.authority.issue()[1]
        with open(self.key, encoding="ascii") as file:
            good_key = file.read()
        shutil.copy(other_key, self.key)
        log = self.reload(gateway)
        self.assertIn("does not match the certificate", log)
        self.assertRegex(log, r"config\.json:1:\d+: listeners\[0\]\.tls\.key: ")
        self.assertIn("everything stays as it was", log)
        os.unlink(self.key)
        self.assertIn("No such file or directory", self.reload(gateway))
        self.assertEqual(self.shown(gateway), 1)
        with open(self.key, "w", encoding="ascii") as file:
            file.write(good_key)
        def typing_error(config):
            config["lmits"] = {}
            config["log"] = {"level": "off"}
        log = self.reload(gateway, typing_error)
        self.assertIn('unknown key; did you mean "limits"?', log)
        self.call_between(peer, gateway.join())
        # Nor is half of it taken: what comes next is logged.
        self.reload(gateway, lambda config: (config.pop("lmits"), config.pop("log")))

    def test_what_must_wait_is_told(self):
        gateway = self.start_tls()
        def change(config):
            config["threads"] = 2
            config["listeners"][0]["max_connections"] = 1
            config["realms"].append({"name": "realm2"})
        log = self.reload(gateway, change)
        for key in ("threads", r"listeners[0].max_connections", "realms"):
            self.assertIn(key + " has changed, which takes effect when the gateway is started anew",
                          log)
        self.assertEqual(gateway.connect().join("realm1") is not None, True)
        peer = gateway.connect()
        peer.send(HELLO, "realm2", {"roles": ALL_ROLES})
        peer.expect(ABORT)

    def test_tls_can_not_be_turned_off(self):
        gateway = self.start_tls()
        def change(config):
            config["listeners"][0].pop("tls")
        before = len(gateway.log())
        with open(gateway.config_path, encoding="utf-8") as file:
            config = json.load(file)
        change(config)
        with open(gateway.config_path, "w", encoding="utf-8") as file:
            json.dump(config, file)
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: "as it is now" in gateway.log()[before:], "the reload")
        self.assertIn("listeners[0].tls has changed, which takes effect when", gateway.log())
        self.assert_serves(gateway)


class LogLevelTest(GatewayTestCase):
    def test_sighup_without_a_change_is_harmless(self):
        gateway = self.start()
        peer = gateway.join()
        for times in range(1, 4):
            gateway.signal(signal.SIGHUP)
            wait_until(lambda: gateway.log().count("was read again") == times, "the reload")
        self.call_between(peer, gateway.join())

    def test_the_log_level_changes(self):
        gateway = self.start(log_level=None)
        def reload(level, sign):
            with open(gateway.config_path, encoding="utf-8") as file:
                config = json.load(file)
            config["log"] = {"level": level}
            with open(gateway.config_path, "w", encoding="utf-8") as file:
                json.dump(config, file)
            before = len(gateway.log())
            gateway.signal(signal.SIGHUP)
            wait_until(lambda: sign in gateway.log()[before:], "the reload")
            return gateway.log()[before:]
        self.assertIn("log level: error, it was info", reload("error", "log level"))
        # Mistakes are told on every level but "off"; what went well is not told on this one.
        log = reload("nonsense", "everything stays as it was")
        self.assertNotIn("was read again", log)
        self.assertIn("log level: info, it was error", reload("info", "log level"))

    def test_sighup_without_a_file(self):
        """A gateway without a configuration has nothing to read again, and goes on."""
        log = tempfile.TemporaryFile()
        self.addCleanup(log.close)
        process = subprocess.Popen([binary(), "--listen", "127.0.0.1:0"], stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        def said():
            log.seek(0)
            return log.read().decode()
        wait_until(lambda: "listening on" in said(), "the gateway")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: "no configuration file" in said(), "an answer")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(TIMEOUT), 0)


class CommandLineTest(TlsTestCase):
    def check(self, tls):
        path = self.authority.path("config.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"listeners": [{"listen": "127.0.0.1:0", "tls": tls}]}, file)
        return run_to_end("--config", path, "--check")

    def test_check_reads_the_files(self):
        good = self.check({"certificate": self.certificate, "key": self.key})
        self.assertEqual(good.returncode, 0, good.stderr)
        for tls, key, text in (
                ({"certificate": "/nowhere"}, "certificate", "No such file or directory"),
                ({"certificate": self.key}, "certificate", "can not read the certificate in"),
                ({"certificate": self.certificate}, "certificate", "can not read the key in"),
                ({"certificate": self.certificate, "key": self.authority.issue()[1]}, "key",
                 "does not match the certificate in"),
                ({"certificate": self.certificate, "key": self.key,
                  "client_certificate": "optional", "client_ca": "/nowhere"}, "client_ca",
                 "No such file or directory")):
            with self.subTest(str(tls)):
                bad = self.check(tls)
                self.assertEqual(bad.returncode, 2)
                self.assertRegex(bad.stderr, rf"config\.json:1:\d+: listeners\[0\]\.tls\.{key}: ")
                self.assertIn(text, bad.stderr)
