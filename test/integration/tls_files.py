"""Certificate authorities and the certificates that they sign, as files; and clients that trust
them."""

import os
import ssl
import subprocess
import tempfile


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout


class Authority:
    """Everything that it makes is gone with clean()."""

    def __init__(self, name="test authority"):
        self._folder = tempfile.TemporaryDirectory(prefix="wamp-tls-test-")
        self._count = 0
        self.certificate = self.path("authority.pem")
        self._key = self.path("authority.key")
        openssl("req", "-x509", *self._new_key(self._key), "-days", "2", "-subj", "/CN=" + name,
                "-addext", "basicConstraints=critical,CA:TRUE", "-out", self.certificate)

    def clean(self):
        self._folder.cleanup()

    def path(self, name):
        return os.path.join(self._folder.name, name)

    @staticmethod
    def _new_key(path):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path]

    def issue(self, name="127.0.0.1", alternatives="IP:127.0.0.1,DNS:localhost"):
        """A certificate and its key, as paths."""
        self._count += 1
        certificate, key = self.path(f"{self._count}.pem"), self.path(f"{self._count}.key")
        request, extensions = self.path(f"{self._count}.csr"), self.path(f"{self._count}.ext")
        openssl("req", *self._new_key(key), "-subj", "/CN=" + name, "-out", request)
        with open(extensions, "w", encoding="ascii") as file:
            file.write("subjectAltName=" + alternatives)
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key,
                "-set_serial", str(self._count), "-days", "2", "-extfile", extensions,
                "-out", certificate)
        return certificate, key

    def client(self, certificate=None, key=None, maximum=None):
        """A client's side of TLS, which trusts this authority."""
        context = ssl.create_default_context(cafile=self.certificate)
        if certificate:
            context.load_cert_chain(certificate, key)
        if maximum:
            context.maximum_version = maximum
        return context


def serial_of(stream):
    """Which of the authority's certificates the other side shows."""
    der = stream.socket.getpeercert(binary_form=True)
    text = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-serial"], input=der,
                          check=True, capture_output=True).stdout
    return int(text.split(b"=")[1], 16)
