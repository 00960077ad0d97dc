"""The realms that one has to log in to, and their users, who are named by what they can do."""

import nacl.signing

import verifiers
from gateway import all_may_do_everything

TICKET, KEY, PASSWORD = "a ticket", "a key that no human chose", "pencil"


def signing_key(number):
    return nacl.signing.SigningKey(bytes([number]) * 32)


SIGNING_KEY, OTHER_KEY = signing_key(1), signing_key(2)


def public_key(key):
    return key.verify_key.encode().hex()


USERS = [
    {"authid": "ticket", "role": "guest", "ticket": verifiers.ticket(TICKET)},
    {"authid": "machine", "role": "machine", "wampcra": verifiers.wampcra_key(KEY)},
    {"authid": "clerk", "role": "clerk", "wampcra": verifiers.wampcra(PASSWORD)},
    {"authid": "pbkdf2", "role": "clerk", "wamp-scram": verifiers.scram_pbkdf2(PASSWORD)},
    {"authid": "argon2", "role": "clerk", "wamp-scram": verifiers.scram_argon2(PASSWORD)},
    {"authid": "signer", "role": "machine", "cryptosign": [public_key(SIGNING_KEY)]},
    {"authid": "other", "role": "machine", "cryptosign": [public_key(OTHER_KEY)]},
    {"authid": "both", "role": "clerk", "ticket": verifiers.ticket(TICKET),
     "wampcra": verifiers.wampcra_key(KEY)},
]


def realm(name, *methods, users=None):
    """A realm of the configuration that admits by these methods, the best first."""
    users = USERS if users is None else users
    return {"name": name, "auth": {"methods": list(methods), "users": users},
            "roles": all_may_do_everything("anonymous", "guest", "machine", "clerk")}


def kept_of(authid, key):
    """What the router keeps of this user."""
    return next(user[key] for user in USERS if user["authid"] == authid)


def only(key):
    """The users who have this, so that whoever is not there looks like them."""
    return [user for user in USERS if key in user]


REALMS = (
    realm("members", "cryptosign", "wamp-scram", "wampcra", "ticket"),
    realm("tickets", "ticket", users=only("ticket")),
    realm("ticket.first", "ticket", "wampcra"),
    realm("wampcra.first", "wampcra", "ticket"),
    realm("open.to.all", "ticket", "anonymous"),
    # One way to keep a secret in each, which is then also that of whoever is not there.
    *(realm(name, method, users=[{"authid": name, "role": "clerk", method: kept_of(name, method)}])
      for name, method in (("machine", "wampcra"), ("clerk", "wampcra"), ("pbkdf2", "wamp-scram"),
                           ("argon2", "wamp-scram"))),
    realm("keys", "cryptosign", users=only("cryptosign")),
)
