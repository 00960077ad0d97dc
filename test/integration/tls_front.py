"""TLS in front of a gateway, as a proxy would do it: with a certificate of its own."""

import asyncio
import os
import ssl
import subprocess
import tempfile
import threading


def make_credentials(folder):
    """A certificate for 127.0.0.1 that is its own authority: [certificate, key, authority]."""
    certificate = os.path.join(folder, "certificate.pem")
    key = os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=front",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
                    "-out", certificate], check=True, capture_output=True)
    return [certificate, key, certificate]


class TlsFront:
    """Serves 127.0.0.1:port and passes on to `behind`; `authority` is whom clients must trust."""

    def __init__(self, behind):
        self._behind = behind
        self._directory = tempfile.TemporaryDirectory(prefix="wamp-tls-front-")
        certificate, key, self.authority = make_credentials(self._directory.name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._loop = asyncio.new_event_loop()
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context))
        self.port = server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()
        self._directory.cleanup()

    async def _serve(self, reader, writer):
        gateway_reader, gateway_writer = await asyncio.open_connection(*self._behind)
        await asyncio.gather(self._pass_on(reader, gateway_writer),
                             self._pass_on(gateway_reader, writer))

    @staticmethod
    async def _pass_on(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()
