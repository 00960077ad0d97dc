"""Clients, or somebody between them and the gateway, that ask for a TLS which is not safe any more:
they get an alert, not a session. The ClientHellos are made by hand: OpenSSL makes none so old."""

import os
import struct
import time

from gateway_test_case import GatewayTestCase
from tls_files import Authority
from wamp_client import *

ALERT, HANDSHAKE = 21, 22
HANDSHAKE_FAILURE, PROTOCOL_VERSION, INAPPROPRIATE_FALLBACK = 40, 70, 86
# Names of RFC 8446, RFC 5289 and before.
ECDHE_ECDSA_AES128_GCM, ECDHE_ECDSA_AES128_CBC, RSA_AES128_CBC, RSA_3DES, RSA_RC4, NULL_SHA = (
    0xC02B, 0xC009, 0x002F, 0x000A, 0x0005, 0x0002)
FALLBACK_SCSV, EMPTY_RENEGOTIATION_SCSV = 0x5600, 0x00FF


def client_hello(version, ciphers=(ECDHE_ECDSA_AES128_GCM, ECDHE_ECDSA_AES128_CBC, RSA_AES128_CBC)):
    def extension(kind, data):
        return struct.pack(">HH", kind, len(data)) + data
    def listed(data):
        return struct.pack(">H", len(data)) + data
    extensions = (extension(10, listed(struct.pack(">HH", 23, 24)))  # groups: P-256, P-384
                  + extension(11, b"\x01\x00")  # points: uncompressed
                  + extension(13, listed(bytes.fromhex("040304010503050102030201")))  # signatures
                  + extension(23, b""))  # extended master secret
    suites = b"".join(struct.pack(">H", one) for one in (*ciphers, EMPTY_RENEGOTIATION_SCSV))
    body = (struct.pack(">H", version) + os.urandom(32) + b"\0" + listed(suites) + b"\x01\0"
            + listed(extensions))
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return struct.pack(">BHH", HANDSHAKE, min(version, 0x0301), len(message)) + message


class DowngradeTest(GatewayTestCase):
    def setUp(self):
        authority = Authority()
        self.addCleanup(authority.clean)
        certificate, key = authority.issue()
        self.gateway = self.start(
            listener={"tls": {"certificate": certificate, "key": key}}, tls=authority.client())

    def tearDown(self):
        self.assert_serves(self.gateway)

    def answer(self, hello):
        """The first record: its kind, and an alert's number or the kind of the message."""
        stream = Stream(("127.0.0.1", self.gateway.port))
        self.addCleanup(stream.close)
        stream.send(hello)
        deadline = time.monotonic() + TIMEOUT
        kind, _, size = struct.unpack(">BHH", stream.read(5, deadline))
        record = stream.read(size, deadline)
        return kind, record[1] if kind == ALERT else record[0]

    def test_old_versions(self):
        # What is new enough is answered, so the ClientHello is a good one.
        self.assertEqual(self.answer(client_hello(0x0303)), (HANDSHAKE, 2))
        for version, alert in ((0x0301, PROTOCOL_VERSION), (0x0302, PROTOCOL_VERSION),
                               (0x0300, HANDSHAKE_FAILURE)):  # SSL 3 knows no better one
            with self.subTest(hex(version)):
                self.assertEqual(self.answer(client_hello(version)), (ALERT, alert))

    def test_sslv2(self):
        stream = Stream(("127.0.0.1", self.gateway.port))
        self.addCleanup(stream.close)
        stream.send(bytes.fromhex("802e0100020015000000100100800200800300800400800500800600400700c0")
                    + os.urandom(16))
        answer = stream.read_to_end()
        self.assertNotEqual(answer[:1], bytes([HANDSHAKE]))

    def test_weak_ciphers(self):
        for cipher in (ECDHE_ECDSA_AES128_CBC, RSA_AES128_CBC, RSA_3DES, RSA_RC4, NULL_SHA):
            with self.subTest(hex(cipher)):
                self.assertEqual(self.answer(client_hello(0x0303, [cipher])),
                                 (ALERT, HANDSHAKE_FAILURE))

    def test_a_fallback_that_somebody_has_brought_about(self):
        """RFC 7507: a client that tries once more with less says so."""
        ciphers = [ECDHE_ECDSA_AES128_GCM, FALLBACK_SCSV]
        self.assertEqual(self.answer(client_hello(0x0303, ciphers)),
                         (ALERT, INAPPROPRIATE_FALLBACK))

    def test_plain_text_on_a_port_of_tls(self):
        for request in (b"\x7f\xf1\0\0", b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", upgrade_request()):
            stream = Stream(("127.0.0.1", self.gateway.port))
            self.addCleanup(stream.close)
            stream.send(request)
            answer = stream.read_to_end()
            self.assertNotIn(b"HTTP/1.1", answer)
            self.assertNotIn(b"\x7f", answer)
