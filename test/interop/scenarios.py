"""What every row and cross row of the interop test does, told once for all clients.

A row is one client in one format over one transport, with two sessions "a" and "b". The
cross rows let one such endpoint call and publish to all the others. Nothing here waits for
time to pass: a thing that must not arrive is shown missing by a later thing that does
(events of one broker arrive in order).
"""

import asyncio
import json

from endpoint import Endpoint, Unexpected, is_id, same, same_payload, short
from tagged import integer

URI = "interop.{}"
CONCURRENT_CALLS = 320
BIG = 1_000_000

TEXT = "Grüße, 世界, 🚀, \u202eעולם, \"quoted\" \\ / \t\n\x01 a\x00b"

# Every value that must come through unchanged, by the name that table.json's limits use.
VALUES = {
    "null": None,
    "true": True,
    "false": False,
    "int_0": integer(0),
    "int_24": integer(24),
    "int_255": integer(255),
    "int_65536": integer(65536),
    "int_minus_1": integer(-1),
    "int_minus_129": integer(-129),
    "int_2p31": integer(2 ** 31),
    "int_2p32": integer(2 ** 32),
    "int_minus_2p40": integer(-2 ** 40),
    "int_max_safe": integer(2 ** 53 - 1),
    "int_2p53": integer(2 ** 53),
    "int_2p53_1": integer(2 ** 53 + 1),
    "int_u64_max": integer(2 ** 64 - 1),
    "int_i64_min": integer(-2 ** 63),
    "float": {"f": "1.5"},
    "float_double": {"f": "3.141592653589793"},
    "float_negative": {"f": "-0.1"},
    "float_integral": {"f": "2.0"},
    "text": TEXT,
    "text_empty": "",
    "binary": {"b": bytes(range(256)).hex()},
    "binary_empty": {"b": ""},
    "list": [integer(1), [integer(2), [integer(3), []]], "four", None],
    "dictionary": {"d": {"list": [True, {"d": {"deep": {"d": {"x": integer(-7)}}}}],
                         "binary": {"b": "00ff7f80"}, "ключ": "значение", "": integer(1),
                         "empty": {"d": {}}}},
}


def values_between(sender, *receivers):
    """The values that this sender can send and all these receivers can receive."""
    left_out = sender.cannot_send.union(*(r.cannot_receive for r in receivers))
    return {name: value for name, value in VALUES.items() if name not in left_out}


def payload_of(values):
    return list(values.values()), {f"kw_{name}": value for name, value in values.items()}


# The rows of one client in one format over one transport.

async def join(a, b, place):
    ids = []
    for endpoint in (a, b):
        opened = await endpoint.open(place)
        is_id(opened["session"], "session")
        ids.append(opened["session"])
        details = opened["details"]
        same(details.get("authmethod"), "anonymous", "WELCOME authmethod")
        same(details.get("authrole"), "anonymous", "WELCOME authrole")
        if not isinstance(details.get("authid"), str) or not details["authid"]:
            raise Unexpected(f"WELCOME has no authid: {short(details)}")
        same(details.get("realm"), place["realm"], "WELCOME realm")
        for role, feature in (("broker", "publisher_exclusion"),
                              ("broker", "subscriber_blackwhite_listing"),
                              ("dealer", "call_canceling")):
            same(details["roles"].get(role, {}).get("features", {}).get(feature), True,
                 f"WELCOME {role}.{feature}")
    if ids[0] == ids[1]:
        raise Unexpected("two sessions have the same id")
    nowhere = {**a.address(place), "realm": "interop.nowhere"}
    answer = await a.driver.ask("open", session="nowhere", **nowhere)
    same(answer.get("error", {}).get("uri"), "wamp.error.no_such_realm",
         f"joining an unknown realm ({short(answer)})")
    return ids


async def call(a, b, uri):
    is_id(await b.do("register", uri=uri, procedure="echo"), "registration")
    there = values_between(a, b)
    await b.do("register", uri=f"{uri}.describe", procedure="describe")
    args, kwargs = payload_of(there)
    described = await a.do("call", uri=f"{uri}.describe", args=args, kwargs=kwargs)
    same_payload(json.loads(described["args"][0]), args, kwargs, there, "what the callee got")

    both = {k: v for k, v in there.items() if k in values_between(b, a)}
    args, kwargs = payload_of(both)
    same_payload(await a.do("call", uri=uri, args=args, kwargs=kwargs), args, kwargs, both,
                 "what the caller got back")
    same(await a.do("call", uri=uri, args=["only"]), {"args": ["only"], "kwargs": {}},
         "arguments alone")
    same(await a.do("call", uri=uri, kwargs={"only": integer(1)}),
         {"args": [], "kwargs": {"only": integer(1)}}, "keyword arguments alone")
    await b.do("register", uri=f"{uri}.empty", procedure="empty")
    same(await a.do("call", uri=f"{uri}.empty"), {"args": [], "kwargs": {}}, "empty result")


async def errors(a, b, uri):
    await b.do("register", uri=uri, procedure="fail")
    values = {k: v for k, v in values_between(a, b).items() if k in values_between(b, a)}
    args, kwargs = payload_of(values)
    error = await a.error("call", uri=uri, args=["interop.error.wanted", *args], kwargs=kwargs)
    same(error["uri"], "interop.error.wanted", "the procedure's error")
    same_payload(error, args, kwargs, values, "what the error carried")
    bare = await a.error("call", uri=uri, args=["interop.error.bare"])
    same(bare, {"uri": "interop.error.bare", "args": [], "kwargs": {}}, "a bare error")


async def registrations(a, b, uri):
    await a.fails("wamp.error.no_such_procedure", "call", uri=uri, args=["x"])
    await b.do("register", uri=uri, procedure="echo")
    await a.fails("wamp.error.procedure_already_exists", "register", uri=uri, procedure="echo")
    same((await a.do("call", uri=uri, args=["x"]))["args"], ["x"], "call once registered")
    await b.do("unregister", uri=uri)
    await a.fails("wamp.error.no_such_procedure", "call", uri=uri, args=["x"])
    await a.do("register", uri=uri, procedure="echo")
    same((await b.do("call", uri=uri, args=["y"]))["args"], ["y"], "call once registered again")
    await a.do("unregister", uri=uri)


async def pubsub(a, b, ids, uri):
    is_id(await b.subscribe(uri), "subscription")
    values = values_between(a, b)
    args, kwargs = payload_of(values)
    is_id(await publish(a, uri, args, kwargs), "publication")
    same_payload(await b.do("event", uri=uri), args, kwargs, values, "event")
    if a.can("publish_unacknowledged"):
        same(await a.do("publish", uri=uri, args=["quiet"]), None, "unacknowledged publication")
        same((await b.do("event", uri=uri))["args"], ["quiet"], "event without acknowledgement")
    await publish(a, uri, [], {})
    same_payload(await b.event(uri), [], {}, {}, "event without arguments")

    # Who gets what: "a" is subscribed too from here on.
    await a.subscribe(uri)

    async def reaches(options, receivers):
        await publish(a, uri, [f"{options}"], {}, **options)
        await publish(b, uri, ["after"], {})  # not to b itself: shows a what was kept from it
        if b.can("exclude_me_false"):
            await publish(b, uri, ["after"], {}, exclude_me=False, eligible=[int(ids[1])])
        else:
            await publish(a, uri, ["after"], {})
        for endpoint in (a, b):
            wanted = [f"{options}"] if endpoint in receivers else []
            for text in [*wanted, "after"]:
                same((await endpoint.do("event", uri=uri))["args"], [text],
                     f"event at {endpoint.name} of {options}")

    await reaches({}, [b])
    await reaches({"exclude_me": True}, [b])
    await reaches({"exclude": [int(ids[1])]}, [])
    await reaches({"eligible": [int(ids[1])]}, [b])
    await reaches({"eligible": [int(ids[0])]}, [])
    if a.can("exclude_me_false"):
        await reaches({"exclude_me": False}, [a, b])
        await reaches({"exclude_me": False, "exclude": [int(ids[1])]}, [a])

    await b.do("unsubscribe", uri=uri)
    await publish(a, uri, ["unheard"], {})
    await b.subscribe(uri)
    await publish(a, uri, ["heard"], {})
    same((await b.do("event", uri=uri))["args"], ["heard"], "event after subscribing again")
    await a.do("unsubscribe", uri=uri)
    await b.do("unsubscribe", uri=uri)


async def publish(endpoint, uri, args, kwargs, **options):
    return await endpoint.do("publish", uri=uri, args=args, kwargs=kwargs,
                             options={"acknowledge": True, **options})


async def invalid_uris(a, uri):
    """The router's answer where the client sends such a URI at all (see table.json)."""
    more = {"register": {"procedure": "echo"}, "publish": {"options": {"acknowledge": True}}}
    if a.cell["client"].startswith("wampy"):
        more["register"]["options"] = {"match": "exact"}  # with it, wampy lets the URI pass
    for op, judge in a.client["invalid_uri"].items():
        answer = await a.ask(op, uri=f"{uri}..bad", **more.get(op, {}))
        if judge == "client":
            if "refused" not in answer:
                raise Unexpected(f"the client should have refused to {op}: {short(answer)}")
        else:
            same(answer.get("error", {}).get("uri"), "wamp.error.invalid_uri",
                 f"{op} with an invalid URI ({short(answer)})")


async def load(a, b, uri):
    await b.do("register", uri=uri, procedure="echo")
    text = ("x" * 97 + "é→") * (BIG // 102)
    got = await a.do("call", uri=uri, args=[text])
    if got["args"] != [text]:
        raise Unexpected(f"a text of {BIG} bytes came back changed")
    answers = await a.do("call_many", uri=uri, count=CONCURRENT_CALLS)
    same(answers, list(range(CONCURRENT_CALLS)), "concurrent calls")


async def cancel(a, b, uri):
    await b.do("register", uri=uri, procedure="hang")
    for mode in a.client["cancel_modes"]:
        await a.do("start_call", uri=uri, handle=uri)
        await b.do("wait_invocation", uri=uri)
        await a.fails("wamp.error.canceled", "cancel", handle=uri, mode=mode)
    await b.do("unregister", uri=uri)


async def leave(a, b, uri):
    await a.do("register", uri=uri, procedure="echo")
    same((await b.do("call", uri=uri, args=["x"]))["args"], ["x"], "call before leaving")
    for endpoint, reason in ((a, "wamp.close.normal"), (b, "interop.close.done")):
        left = await endpoint.do("leave", reason=reason)
        if endpoint.can("tell_goodbye_reason"):
            same(left["reason"], "wamp.close.goodbye_and_out", "the router's GOODBYE")
        if endpoint is a:
            await b.fails("wamp.error.no_such_procedure", "call", uri=uri, args=["x"])


async def row(driver, cell, table, place):
    uri = URI.format(f"{cell['client']}.{cell['transport']}.{cell['format']}")
    a, b = (Endpoint(driver, f"{uri}.{name}", cell, table) for name in "ab")
    ids = await join(a, b, place)
    await call(a, b, f"{uri}.call")
    await errors(a, b, f"{uri}.errors")
    await registrations(a, b, f"{uri}.registrations")
    await pubsub(a, b, ids, f"{uri}.pubsub")
    await invalid_uris(a, f"{uri}.invalid")
    await load(a, b, f"{uri}.load")
    await cancel(a, b, f"{uri}.cancel")
    await leave(a, b, f"{uri}.leave")


# The cross rows: one endpoint calls and publishes to all of them.

CROSS = "interop.cross.{}.{}"


async def cross_prepare(endpoints, place):
    """Lets all join. Those that fail fail this row, and are not met again in the others."""
    problems = await asyncio.gather(*(cross_offer(endpoint, place) for endpoint in endpoints))
    problems = [problem for problem in problems if problem]
    if problems:
        raise Unexpected("\n".join(problems))


async def cross_offer(endpoint, place):
    try:
        await endpoint.open(place)
        for procedure in ("echo", "describe", "fail", "hang"):
            await endpoint.do("register", uri=CROSS.format(procedure, endpoint.name),
                              procedure=procedure)
        await endpoint.subscribe(CROSS.format("topic", endpoint.name))
        await endpoint.subscribe(CROSS.format("topic", "all"))
        endpoint.ready = True
        return None
    except Unexpected as e:
        return str(e)


async def cross_row(sender, endpoints):
    if not sender.ready:
        raise Unexpected("it did not join")
    problems = []
    others = [e for e in endpoints if e.ready and e is not sender]
    for receiver in [sender, *others]:
        try:
            await cross_calls(sender, receiver)
            if receiver is not sender:
                await cross_event(sender, receiver)
        except Unexpected as e:
            problems.append(f"to {receiver.name}: {e}")
    try:
        await cross_fan_out(sender, others)
    except Unexpected as e:
        problems.append(str(e))
    if problems:
        raise Unexpected("\n".join(problems))


async def cross_calls(caller, callee):
    there = values_between(caller, callee)
    args, kwargs = payload_of(there)
    described = await caller.do("call", uri=CROSS.format("describe", callee.name),
                                args=args, kwargs=kwargs)
    same_payload(json.loads(described["args"][0]), args, kwargs, there, "what the callee got")
    both = {k: v for k, v in there.items() if k in values_between(callee, caller)}
    args, kwargs = payload_of(both)
    same_payload(await caller.do("call", uri=CROSS.format("echo", callee.name),
                                 args=args, kwargs=kwargs),
                 args, kwargs, both, "what the caller got back")
    error = await caller.error("call", uri=CROSS.format("fail", callee.name),
                               args=["interop.error.cross", *args], kwargs=kwargs)
    same(error["uri"], "interop.error.cross", "the procedure's error")
    same_payload(error, args, kwargs, both, "what the error carried")
    # A callee that can be interrupted is, when the caller asks for it.
    if callee.can("be_interrupted") and "kill" in caller.client["cancel_modes"]:
        uri = CROSS.format("hang", callee.name)
        await caller.do("start_call", uri=uri, handle=caller.name)
        await callee.do("wait_invocation", uri=uri)
        await caller.fails("wamp.error.canceled", "cancel", handle=caller.name, mode="kill")
        await callee.do("wait_interrupt", uri=uri)


async def cross_event(publisher, subscriber):
    values = values_between(publisher, subscriber)
    args, kwargs = payload_of(values)
    uri = CROSS.format("topic", subscriber.name)
    await publish(publisher, uri, args, kwargs)
    same_payload(await subscriber.do("event", uri=uri), args, kwargs, values, "event")


async def cross_fan_out(publisher, subscribers):
    """One publication, each subscriber in its own format."""
    values = values_between(publisher, *subscribers)
    args, kwargs = payload_of(values)
    uri = CROSS.format("topic", "all")
    await publish(publisher, uri, args, kwargs)
    events = await asyncio.gather(*(s.do("event", uri=uri) for s in subscribers))
    for subscriber, event in zip(subscribers, events):
        same_payload(event, args, kwargs, values, f"fan-out to {subscriber.name}")
