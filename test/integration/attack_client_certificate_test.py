"""Clients whose certificate is not one of ours: by a foreign authority of the same name, by their own
word, too late, or for a key that they do not have."""

import ssl

from gateway_test_case import GatewayTestCase
from tls_files import Authority, openssl
from wamp_client import *


class ClientCertificateTest(GatewayTestCase):
    def setUp(self):
        self.authority = Authority("clients")
        self.addCleanup(self.authority.clean)
        certificate, key = self.authority.issue()
        self.gateway = self.start(listener={"tls": {
            "certificate": certificate, "key": key, "client_certificate": "required",
            "client_ca": self.authority.certificate}},
            tls=self.authority.client(*self.authority.issue("joe")))

    def tearDown(self):
        self.assert_serves(self.gateway)

    def refused(self, *shown):
        """TLS 1.3 tells a client late that it is not wanted: with its first read."""
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            client = self.authority.client(*shown, maximum=version)
            try:
                RawSocketLink(self.gateway.tcp._replace(tls=client), Json)
                return False
            except TimeoutError:  # an OSError, too
                raise
            except (ssl.SSLError, Closed, OSError):
                pass
        return True

    def test_none(self):
        self.assertTrue(self.refused())

    def test_by_a_foreign_authority_of_the_same_name(self):
        impostor = Authority("clients")
        self.addCleanup(impostor.clean)
        self.assertTrue(self.refused(*impostor.issue("joe")))

    def test_by_its_own_word(self):
        certificate, key = (self.authority.path(name) for name in ("self.pem", "self.key"))
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-days", "2", "-subj", "/CN=joe", "-keyout", key, "-out", certificate)
        self.assertTrue(self.refused(certificate, key))

    def test_by_another_client(self):
        """Who may come in may not sign for others."""
        certificate, key = self.authority.issue("joe")
        other, other_key, request = (self.authority.path(name)
                                     for name in ("x.pem", "x.key", "x.csr"))
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                "/CN=admin", "-keyout", other_key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", certificate, "-CAkey", key, "-set_serial",
                "99", "-days", "2", "-out", other)
        with open(other, "ab") as chain, open(certificate, "rb") as signer:
            chain.write(signer.read())
        self.assertTrue(self.refused(other, other_key))

    def test_for_servers_only(self):
        certificate, key = self.authority.issue(
            "joe", "DNS:joe.test\nextendedKeyUsage=serverAuth")
        self.assertTrue(self.refused(certificate, key))
