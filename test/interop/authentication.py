"""How foreign clients log in: each method that a client speaks, with what is right and what is not.

The realm of these rows admits nobody else. What the gateway keeps of its users is made here, by
Python's libraries; what the clients show is up to them.
"""

import pathlib
import sys

import nacl.signing

from endpoint import Endpoint, Unexpected, same, short

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "integration"))
import verifiers  # noqa: E402
from gateway import all_may_do_everything  # noqa: E402

REALM = "interop.members"
DENIED = "wamp.error.authentication_denied"
TICKET, KEY, PASSWORD = "a ticket", "a key that no human chose", "Grüße, 世界"
SEED, OTHER_SEED = "01" * 32, "02" * 32


def public_key(seed):
    return nacl.signing.SigningKey(bytes.fromhex(seed)).verify_key.encode().hex()


REALM_CONFIG = {"name": REALM, "auth": {
    "methods": ["cryptosign", "wampcra", "ticket"],
    "users": [
        {"authid": "ticket", "role": "guest", "ticket": verifiers.ticket(TICKET)},
        {"authid": "machine", "role": "machine", "wampcra": verifiers.wampcra_key(KEY)},
        {"authid": "clerk", "role": "clerk", "wampcra": verifiers.wampcra(PASSWORD)},
        {"authid": "signer", "role": "machine", "cryptosign": [public_key(SEED)]},
    ],
}, "roles": all_may_do_everything("guest", "machine", "clerk")}

# Ability, authid, role, method, what opens the door, what does not.
LOGINS = (
    ("log_in_by_ticket", "ticket", "guest", "ticket", TICKET, "a guess"),
    ("log_in_by_wampcra", "machine", "machine", "wampcra", KEY, "a guess"),
    ("log_in_by_wampcra", "clerk", "clerk", "wampcra", PASSWORD, "a guess"),
    ("log_in_by_cryptosign", "signer", "machine", "cryptosign", SEED, OTHER_SEED),
)


class Visitor(Endpoint):
    """An endpoint that logs in."""

    def log_in(self, place, method, authid, shows, binding=None):
        login = {"method": method, "authid": authid, "shows": shows}
        if binding:
            login["binding"] = binding
        if method == "cryptosign":
            login["pubkey"] = public_key(shows)
        return self.ask("open", **{**self.address(place), "realm": REALM}, login=login)

    async def is_refused(self, place, reason, *login):
        answer = await self.log_in(place, *login)
        same(answer.get("error", {}).get("uri"), reason,
             f"{self.name}: logging in by {login[:2]} ({short(answer)})")

    async def is_admitted(self, place, role, method, authid, shows, binding=None):
        answer = await self.log_in(place, method, authid, shows, binding)
        if "ok" not in answer:
            raise Unexpected(f"{self.name}: logging in by {method}, {authid}: {short(answer)}")
        details = answer["ok"]["details"]
        said = {key: details.get(key) for key in ("authid", "authrole", "authmethod",
                                                  "authprovider", "realm")}
        same(said, {"authid": authid, "authrole": role, "authmethod": method,
                    "authprovider": "static", "realm": REALM}, f"{self.name}: WELCOME")
        # The session is one: others can be asked about it.
        known = await self.call("wamp.session.get", int(answer["ok"]["session"]))
        same(known["authid"], authid, f"{self.name}: authid in wamp.session.get")
        await self.do("leave", reason="wamp.close.normal")


async def row(driver, cell, table, place):
    visitor = Visitor(driver, f"{cell['client']}.{cell['transport']}.{cell['format']}.visitor", cell,
                      table)
    for ability, authid, role, method, right, wrong in LOGINS:
        if not visitor.can(ability):
            continue
        await visitor.is_admitted(place, role, method, authid, right)
        await visitor.is_refused(place, DENIED, method, authid, wrong)
        await visitor.is_refused(place, DENIED, method, "nobody", wrong)
        # A method that others have opens no door for who is not known for it.
        if method != "cryptosign":
            other = "clerk" if method == "ticket" else "ticket"
            await visitor.is_refused(place, DENIED, method, other, right)
    if visitor.can("bind_login_to_channel") and cell["transport"].endswith("-tls"):
        signer = ("cryptosign", "signer")
        await visitor.is_admitted(place, "machine", *signer, SEED, "tls-unique")
        await visitor.is_refused(place, DENIED, *signer, OTHER_SEED, "tls-unique")
    # Whoever shows nothing, or what this realm does not look at, stays outside.
    await visitor.is_refused(place, "wamp.error.no_matching_auth_method", "anonymous", "ticket", "")
    await visitor.is_refused(place, "wamp.error.no_matching_auth_method", "x_unknown", "ticket", "")
