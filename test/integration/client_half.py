"""The client's half of each method of authentication, written after the specification with the
libraries of Python. So right and wrong answers can be made, and what the router checks is not
checked by its own code.
"""

import base64
import hashlib
import os

import verifiers
from verifiers import base64_of, digest


def cra_signature(secret, extra):
    """secret: a key, or a password if the challenge says how it is salted."""
    key = secret.encode()
    if "salt" in extra:
        key = base64.b64encode(hashlib.pbkdf2_hmac(
            "sha256", key, extra["salt"].encode(), extra["iterations"], extra["keylen"]))
    return base64_of(digest(key, extra["challenge"].encode()))


class Scram:
    """One login of RFC 5802 in the messages of WAMP, without channel binding."""

    def __init__(self, authid, password):
        self.authid, self.password = authid, password
        self.client_nonce = base64_of(os.urandom(16))
        self.hello = {"nonce": self.client_nonce, "channel_binding": None}

    def salted_password(self, extra):
        salt = base64.b64decode(extra["salt"])
        if extra["kdf"] == "argon2id13":
            return verifiers.argon2id13(self.password, salt, extra["iterations"], extra["memory"])
        return hashlib.pbkdf2_hmac("sha256", self.password.encode(), salt, extra["iterations"])

    def message(self, extra):
        nonce = extra["nonce"]
        return (f"n={self.authid},r={self.client_nonce},"
                f"r={nonce},s={extra['salt']},i={extra['iterations']},"
                f"c={base64_of(b'n,,')},r={nonce}").encode()

    def proof(self, extra):
        client_key, stored_key, self.server_key = verifiers.scram_keys(self.salted_password(extra))
        signature = digest(stored_key, self.message(extra))
        return bytes(a ^ b for a, b in zip(client_key, signature))

    def answer(self, extra):
        """The elements of AUTHENTICATE."""
        return base64_of(self.proof(extra)), {
            "nonce": extra["nonce"], "channel_binding": None, "cbind_data": None}

    def verifier(self, extra):
        """What WELCOME must carry, once the answer is made."""
        return base64_of(digest(self.server_key, self.message(extra)))


def cryptosign_signature(key, challenge):
    message = bytes.fromhex(challenge) if isinstance(challenge, str) else challenge
    return key.sign(message).hex()  # the signature, and the message behind it
