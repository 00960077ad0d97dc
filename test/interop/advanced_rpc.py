"""Scenarios of the Advanced Profile's remote procedure calls (see advanced.py)."""

import json

from advanced import scenario
from advanced_meta import lose
from advanced_pubsub import PASSTHRU
from endpoint import Unexpected, same


async def details_at_callee(caller, uri, **options):
    return json.loads(await caller.call(uri, **options))


@scenario()
async def prefix_registration(s):
    await s.b.register(s.uri, "details", match="prefix")
    for procedure in (s.uri, f"{s.uri}.x.y", f"{s.uri}-low"):
        same((await details_at_callee(s.a, procedure))["procedure"], procedure, "the procedure")
    await s.a.fails("wamp.error.no_such_procedure", "call", uri=f"x.{s.uri}")


@scenario()
async def wildcard_registration(s):
    await s.b.register(f"{s.uri}..end", "details", match="wildcard")
    procedure = f"{s.uri}.one.end"
    same((await details_at_callee(s.a, procedure))["procedure"], procedure, "the procedure")
    for other in (f"{s.uri}.end", f"{s.uri}.one.two.end", f"{s.uri}.one.ending"):
        await s.a.fails("wamp.error.no_such_procedure", "call", uri=other)


@scenario()
async def best_of_several_registrations(s):
    for uri, match in ((f"{s.uri}.a.b", "exact"), (f"{s.uri}.a", "prefix"),
                       (f"{s.uri}.a.c", "prefix"), (f"{s.uri}..b", "wildcard"),
                       (f"{s.uri}..b.c", "wildcard"), (f"{s.uri}.d..c", "wildcard")):
        await s.b.register(uri, "say", says=uri, match=match)
    for call, wanted in (("a.b", "a.b"), ("a.b.c", "a"), ("a.c.d", "a.c"), ("x.b", ".b"),
                         ("x.b.c", ".b.c"), ("d.b.c", "d..c")):
        same(await s.a.call(f"{s.uri}.{call}"), f"{s.uri}.{wanted}", f"who serves {call}")


async def share(s, invoke):
    """Three callees; returns them by name."""
    callees = {"b": s.b, "c": await s.guest("c", s.b), "d": await s.guest("d", s.a)}
    ids = {await callee.register(s.uri, "say", says=name, invoke=invoke)
           for name, callee in callees.items()}
    same(len(ids), 1, "registration ids")
    return callees


@scenario()
async def shared_round_robin(s):
    callees = await share(s, "roundrobin")
    same([await s.a.call(s.uri) for _ in range(6)], [*"bcdbcd"], "who was called")
    await callees["c"].do("unregister", uri=s.uri)
    same([await s.a.call(s.uri) for _ in range(4)], [*"bdbd"], "who was called then")


@scenario()
async def shared_first_and_last(s):
    uri = s.uri
    for invoke, before, after in (("first", "b", "c"), ("last", "d", "d")):
        s.uri = f"{uri}.{invoke}"
        callees = await share(s, invoke)
        same([await s.a.call(s.uri) for _ in range(3)], [before] * 3, f"{invoke}: who was called")
        await callees["b"].do("unregister", uri=s.uri)
        same(await s.a.call(s.uri), after, f"{invoke}: who was called then")


@scenario()
async def shared_random(s):
    callees = await share(s, "random")
    called = {await s.a.call(s.uri) for _ in range(20)}
    if not called <= set(callees):
        raise Unexpected(f"{called} were called")


@scenario()
async def shared_only_by_those_who_agree(s):
    await s.b.register(s.uri, "empty", invoke="roundrobin")
    guest = await s.guest("other", s.a)
    for invoke in ("first", "single"):
        await guest.fails("wamp.error.procedure_already_exists", "register", uri=s.uri,
                          procedure="empty", options={"invoke": invoke})


@scenario()
async def shared_procedure_outlives_a_callee(s):
    callees = await share(s, "roundrobin")
    await lose(s, callees["c"])
    same([await s.a.call(s.uri) for _ in range(4)], [*"bdbd"], "who was called")


@scenario(b={"concurrency"})
async def limited_callee(s):
    """The second call waits until the first is answered: the third, to another procedure of
    the same callee, comes before it."""
    await s.b.register(s.uri, "hold", invoke="roundrobin", concurrency=1)
    await s.b.register(f"{s.uri}.echo", "echo")
    for handle in ("first", "second"):
        await s.a.do("start_call", uri=s.uri, handle=f"{s.uri}.{handle}")
    await s.b.do("wait_invocation", uri=s.uri)
    await s.a.call(f"{s.uri}.echo", "x")
    same(await s.b.do("waiting", key=f"invocation {s.uri}"), 0, "invocations over the limit")
    for handle in ("first", "second"):
        await s.b.do("release", uri=s.uri)
        await s.a.do("finish_call", handle=f"{s.uri}.{handle}")
        if handle == "first":
            await s.b.do("wait_invocation", uri=s.uri)


@scenario(a={"force_reregister"})
async def procedure_taken_over(s):
    await s.b.register(s.uri, "say", says="b")
    await s.b.register(f"{s.uri}.other", "say", says="other")
    await s.a.register(s.uri, "say", says="a", force_reregister=True)
    guest = await s.guest("caller", s.b)
    same(await guest.call(s.uri), "a", "who serves it")
    same(await guest.call(f"{s.uri}.other"), "other", "what else the callee serves")


@scenario(a={"force_reregister"}, b={"hear_revocation"})
async def callee_told_of_revocation(s):
    await s.b.register(s.uri, "say", says="b")
    await s.a.register(s.uri, "say", says="a", force_reregister=True)
    if not isinstance(reason := await s.b.do("wait_revocation", uri=s.uri), str) or not reason:
        raise Unexpected(f"the reason is {reason}")
    await s.a.do("unregister", uri=s.uri)
    await s.b.register(s.uri, "say", says="b again")
    same(await s.a.call(s.uri), "b again", "who serves it then")


@scenario(b={"send_progress"})
async def progressive_results(s):
    await s.b.register(s.uri, "count")
    answer = await s.a.do("call", uri=s.uri, args=[4], progress=True)
    same([plain["args"] for plain in answer["progress"]], [[{"i": str(i)}] for i in range(4)],
         "progressive results")
    same(answer["args"], ["done"], "final result")


@scenario()
async def no_progress_unless_asked_for(s):
    await s.b.register(s.uri, "count")
    same(await s.a.call(s.uri, 4), "done", "the only result")


@scenario(b={"be_interrupted"})
async def calls_canceled_in_every_mode(s):
    """A later call to the same callee shows that no INTERRUPT came."""
    await s.b.register(f"{s.uri}.echo", "echo")
    for mode in s.a.client["cancel_modes"]:
        uri = f"{s.uri}.{mode}"
        await s.b.register(uri, "hang")
        await s.a.do("start_call", uri=uri, handle=uri)
        await s.b.do("wait_invocation", uri=uri)
        await s.a.fails("wamp.error.canceled", "cancel", handle=uri, mode=mode)
        if mode == "skip":
            await s.a.call(f"{s.uri}.echo", "x")
            same(await s.b.do("waiting", key=f"interrupt {uri}"), 0, "interrupts")
        else:
            await s.b.do("wait_interrupt", uri=uri)


@scenario(b={"send_progress", "be_interrupted"})
async def progressive_call_canceled(s):
    await s.b.register(s.uri, "count_and_hang")
    mode = s.a.client["cancel_modes"][-1]
    await s.a.do("start_call", uri=s.uri, handle=s.uri, args=[1], progress=True)
    await s.b.do("wait_invocation", uri=s.uri)
    await s.a.fails("wamp.error.canceled", "cancel", handle=s.uri, mode=mode)
    await s.b.do("wait_interrupt", uri=s.uri)


@scenario()
async def call_that_takes_too_long(s):
    await s.b.register(s.uri, "hang")
    await s.a.fails("wamp.error.timeout", "call", uri=s.uri, options={"timeout": 20})
    if s.b.can("be_interrupted"):
        await s.b.do("wait_interrupt", uri=s.uri)


@scenario()
async def call_that_is_in_time(s):
    await s.b.register(s.uri, "say", says="in time")
    same(await s.a.call(s.uri, timeout=600_000), "in time", "the result")


@scenario()
async def callee_that_is_lost(s):
    guest = await s.guest("callee", s.b)
    await guest.register(s.uri, "hang")
    await s.a.do("start_call", uri=s.uri, handle=s.uri)
    await guest.do("wait_invocation", uri=s.uri)
    await guest.do("drop")
    await s.a.fails("wamp.error.canceled", "finish_call", handle=s.uri)


@scenario(b={"be_interrupted"})
async def caller_that_is_lost(s):
    guest = await s.guest("caller", s.a)
    await s.b.register(s.uri, "hang")
    await guest.do("start_call", uri=s.uri, handle=s.uri)
    await s.b.do("wait_invocation", uri=s.uri)
    await guest.do("drop")
    await s.b.do("wait_interrupt", uri=s.uri)


def disclosed(details):
    return {key: value for key, value in details.items() if key.startswith("caller")}


def identity_of(endpoint):
    return {"caller": str(endpoint.id), "caller_authid": endpoint.details["authid"],
            "caller_authrole": endpoint.details["authrole"]}


@scenario(a={"disclose_caller"})
async def disclosed_caller(s):
    await s.b.register(s.uri, "details")
    same(disclosed(await details_at_callee(s.a, s.uri, disclose_me=True)), identity_of(s.a),
         "the disclosed caller")


@scenario(b={"disclose_callers"})
async def caller_disclosed_to_who_asks(s):
    await s.b.register(s.uri, "details", disclose_caller=True)
    same(disclosed(await details_at_callee(s.a, s.uri)), identity_of(s.a), "the disclosed caller")


@scenario()
async def undisclosed_caller(s):
    await s.b.register(s.uri, "details")
    same(disclosed(await details_at_callee(s.a, s.uri)), {}, "what is told of the caller")


@scenario(a={"passthru"}, b={"passthru"})
async def call_that_the_router_cannot_read(s):
    """The callee answers in the same mode."""
    await s.b.register(s.uri, "echo")
    answer = await s.a.do("call", uri=s.uri, args=["secret", [1, 2]], kwargs={"key": "ключ"},
                          options=PASSTHRU)
    same((answer["args"], answer["kwargs"]),
         (["secret", [{"i": "1"}, {"i": "2"}]], {"key": "ключ"}), "sealed result")


@scenario(a={"passthru"}, b_cannot={"passthru"})
async def passthru_call_to_who_does_not_know_it(s):
    await s.b.register(s.uri, "echo")
    await s.a.fails("wamp.error.feature_not_supported", "call", uri=s.uri, args=["secret"],
                    options=PASSTHRU)


@scenario(a={"passthru"})
async def passthru_of_what_is_no_binary(s):
    """So it is where wampy's application names no serializer for the payload."""
    await s.a.fails("wamp.error.invalid_argument", "call", uri=s.uri, args=["open"],
                    options={"ppt_scheme": "x_interop"})


@scenario(a={"progressive_invocations"}, b={"progressive_invocations"})
async def progressive_invocations(s):
    """Each part of the arguments is answered by a part of the result."""
    announce = ["progressive_call_invocations", "progressive_call_results", "call_canceling"]
    caller = await s.guest("caller", s.a, announce={"caller": announce})
    callee = await s.guest("callee", s.b, announce={"callee": announce})
    await callee.register(s.uri, "collect")
    answer = await caller.do("call_in_parts", uri=s.uri, parts=[["a"], ["b"], ["c"]])
    same([part["args"] for part in answer["progress"]], [["a"], ["ab"]], "progressive results")
    same(answer["args"], ["abc"], "final result")


@scenario(a={"progressive_invocations"})
async def progressive_call_that_was_not_announced(s):
    """It ends the session. So it is with wampy as it comes."""
    guest = await s.guest("caller", s.a)
    await guest.ask("call_in_parts", uri=s.uri, parts=[["a"], ["b"]])
    await guest.do("wait_end")


@scenario(a={"progressive_invocations"})
async def progressive_call_to_who_does_not_know_it(s):
    announce = ["progressive_call_invocations"]
    caller = await s.guest("caller", s.a, announce={"caller": announce})
    await s.b.register(s.uri, "echo")
    await caller.fails("wamp.error.feature_not_supported", "call_in_parts", uri=s.uri,
                       parts=[["a"]])
