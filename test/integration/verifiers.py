"""What a router keeps of its users, made from what they show by the libraries of Python: the texts
that auth/secrets.hpp describes."""

import base64
import hashlib
import hmac
import secrets


def base64_of(octets):
    return base64.b64encode(octets).decode()


def digest(key, text):
    return hmac.digest(key, text, "sha256")


def ticket(shown, iterations=100):
    salt = secrets.token_bytes(16)
    made = hashlib.pbkdf2_hmac("sha256", shown.encode(), salt, iterations)
    return f"pbkdf2${iterations}${base64_of(salt)}${base64_of(made)}"


def wampcra_key(key):
    return f"key${key}"


def wampcra(password, iterations=100):
    salt = secrets.token_urlsafe(16)
    made = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), iterations)
    return f"pbkdf2${iterations}${salt}${base64_of(made)}"


def scram_keys(salted_password):
    """Client key, stored key and server key (RFC 5802)."""
    client_key = digest(salted_password, b"Client Key")
    return client_key, hashlib.sha256(client_key).digest(), digest(salted_password, b"Server Key")


def scram_pbkdf2(password, iterations=4096):
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    return f"pbkdf2${iterations}" + "".join(
        f"${base64_of(part)}" for part in (salt, *scram_keys(salted)[1:]))


def argon2id13(password, salt, iterations, memory):
    from argon2 import low_level  # here: not all who make texts have it
    return low_level.hash_secret_raw(password.encode(), salt, iterations, memory, 1, 32,
                                     low_level.Type.ID, 0x13)


def scram_argon2(password, iterations=1, memory=64):
    salt = secrets.token_bytes(16)
    salted = argon2id13(password, salt, iterations, memory)
    return f"argon2id13${iterations}${memory}" + "".join(
        f"${base64_of(part)}" for part in (salt, *scram_keys(salted)[1:]))
