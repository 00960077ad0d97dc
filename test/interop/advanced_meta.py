"""Scenarios of the meta API and of testaments (see advanced.py).

Other pairs play at the same time: what is told of their sessions is passed over.
"""

import datetime

from advanced import scenario
from endpoint import Unexpected, same
from tagged import integer, to_native

NO_SUCH_SESSION = "wamp.error.no_such_session"


async def event_that(watcher, topic, is_wanted):
    """The arguments of the next event on the topic that is wanted."""
    while True:
        args = to_native((await watcher.event(topic))["args"])
        if is_wanted(args):
            return args


async def lose(s, guest):
    """Ends a guest's connection; the realm has forgotten it when that is told."""
    watcher = await s.guest("watcher", s.a)
    await watcher.subscribe("wamp.session.on_leave")
    await guest.do("drop")
    return await event_that(watcher, "wamp.session.on_leave", lambda args: args[0] == guest.id)


def description_of(endpoint):
    return {"session": endpoint.id, **{key: endpoint.details[key] for key in (
        "authid", "authrole", "authmethod", "authprovider")}}


def check_created(details):
    created = datetime.datetime.fromisoformat(details.pop("created").replace("Z", "+00:00"))
    age = datetime.datetime.now(datetime.timezone.utc) - created
    if abs(age) > datetime.timedelta(minutes=1):
        raise Unexpected(f"it was created {age} ago")
    return details


# Sessions

@scenario()
async def sessions_counted_and_listed(s):
    ids = await s.a.call("wamp.session.list")
    if not {s.a.id, s.b.id} <= set(ids):
        raise Unexpected(f"{s.a.id} and {s.b.id} are not in {ids}")
    same(await s.a.call("wamp.session.list", ["nobody"]), [], "sessions of a role")
    same(await s.a.call("wamp.session.count", ["nobody"]), 0, "number of sessions of a role")
    if (count := await s.a.call("wamp.session.count")) < 2:
        raise Unexpected(f"there are {count} sessions")


@scenario()
async def session_described(s):
    same(await s.a.call("wamp.session.get", integer(s.b.id)), description_of(s.b), "session")
    await s.a.fails(NO_SUCH_SESSION, "call", uri="wamp.session.get", args=[integer(1)])


@scenario()
async def joining_and_leaving_told(s):
    witness = await s.guest("witness", s.a)
    await witness.subscribe("wamp.session.on_join")
    guest = await s.guest("guest", s.b)
    same(await event_that(witness, "wamp.session.on_join",
                          lambda args: args[0]["session"] == guest.id),
         [description_of(guest)], "on_join")
    same(await lose(s, guest), [guest.id, guest.details["authid"], guest.details["authrole"]],
         "on_leave")


@scenario()
async def session_killed(s):
    guest = await s.guest("guest", s.b)
    await s.a.call("wamp.session.kill", integer(guest.id),
                   kwargs={"reason": "interop.close.killed", "message": "so"})
    reason = (await guest.do("wait_end"))["reason"]
    if s.b.can("tell_goodbye_reason"):
        same(reason, "interop.close.killed", "the reason")
    for id in (guest.id, s.a.id):
        await s.a.fails(NO_SUCH_SESSION, "call", uri="wamp.session.kill", args=[integer(id)])


@scenario()
async def sessions_killed_by_authid(s):
    guest = await s.guest("guest", s.b)
    same(await s.a.call("wamp.session.kill_by_authid", guest.details["authid"]), [guest.id],
         "killed sessions")
    await guest.do("wait_end")


# Registrations

@scenario()
async def registration_described(s):
    guest = await s.guest("second", s.b)
    id, again = [int(await callee.register(s.uri, "empty", invoke="roundrobin", match="prefix"))
                 for callee in (s.b, guest)]
    same(id, again, "registration id")

    async def ask(procedure, *args):
        return await s.a.call(f"wamp.registration.{procedure}", *args)

    same(await ask("lookup", s.uri), None, "exact registration")
    same(await ask("lookup", s.uri, {"d": {"match": "prefix"}}), id, "registration by prefix")
    same(await ask("match", f"{s.uri}.x"), id, "best registration")
    lists = await ask("list")
    same([name for name in ("exact", "prefix", "wildcard") if id in lists[name]], ["prefix"],
         "lists with it")
    same(check_created(await ask("get", integer(id))),
         {"id": id, "uri": s.uri, "match": "prefix", "invoke": "roundrobin"}, "registration")
    same(await ask("list_callees", integer(id)), [s.b.id, guest.id], "callees")
    same(await ask("count_callees", integer(id)), 2, "number of callees")
    for name in ("get", "list_callees", "count_callees"):
        await s.a.fails("wamp.error.no_such_registration", "call",
                        uri=f"wamp.registration.{name}", args=[integer(2 ** 53)])


async def life_told(s, kind, topics, begin, end):
    """A guest begins and ends something, of which these four topics tell, in this order."""
    watcher, guest = await s.guest("watcher", s.a), await s.guest("guest", s.b)
    await watcher.subscribe(f"wamp.{kind}", match="prefix")
    id = int(await begin(guest))
    await end(guest)
    for topic in topics:
        event = await watcher.event(f"wamp.{kind}")
        while to_native(event["args"])[0] != guest.id:
            event = await watcher.event(f"wamp.{kind}")
        same(event["details"]["topic"], f"wamp.{kind}.{topic}", "what is told")
        what = to_native(event["args"])[1]
        if topic == "on_create":
            same((what["id"], what["uri"], what["match"]), (id, s.uri, "exact"), topic)
        else:
            same(what, id, topic)


@scenario()
async def registration_told(s):
    await life_told(s, "registration", ("on_create", "on_register", "on_unregister", "on_delete"),
                    lambda guest: guest.register(s.uri, "empty"),
                    lambda guest: guest.do("unregister", uri=s.uri))


# Subscriptions

@scenario()
async def subscription_described(s):
    guest = await s.guest("second", s.b)
    id, again = [int(await subscriber.subscribe(s.uri, match="prefix"))
                 for subscriber in (s.b, guest)]
    same(id, again, "subscription id")

    async def ask(procedure, *args):
        return await s.a.call(f"wamp.subscription.{procedure}", *args)

    same(await ask("lookup", s.uri), None, "exact subscription")
    same(await ask("lookup", s.uri, {"d": {"match": "prefix"}}), id, "subscription by prefix")
    same(await ask("match", f"{s.uri}.x"), [id], "subscriptions that match")
    same(await ask("match", f"x.{s.uri}"), None, "subscriptions that match nothing")
    lists = await ask("list")
    same([name for name in ("exact", "prefix", "wildcard") if id in lists[name]], ["prefix"],
         "lists with it")
    same(check_created(await ask("get", integer(id))),
         {"id": id, "uri": s.uri, "match": "prefix"}, "subscription")
    same(sorted(await ask("list_subscribers", integer(id))), sorted([s.b.id, guest.id]),
         "subscribers")
    same(await ask("count_subscribers", integer(id)), 2, "number of subscribers")
    for name in ("get", "list_subscribers", "count_subscribers"):
        await s.a.fails("wamp.error.no_such_subscription", "call",
                        uri=f"wamp.subscription.{name}", args=[integer(2 ** 53)])


@scenario()
async def subscription_told(s):
    await life_told(s, "subscription",
                    ("on_create", "on_subscribe", "on_unsubscribe", "on_delete"),
                    lambda guest: guest.subscribe(s.uri),
                    lambda guest: guest.do("unsubscribe", uri=s.uri))


# Testaments

async def add_testament(endpoint, topic, text, **more):
    await endpoint.call("wamp.session.add_testament", topic, [text], {"d": {"key": "value"}},
                        kwargs=more)


@scenario()
async def testaments_of_a_lost_session(s):
    await s.b.subscribe(s.uri)
    guest = await s.guest("guest", s.a)
    await add_testament(guest, s.uri, "destroyed")
    await add_testament(guest, s.uri, "detached", scope="detached")
    await add_testament(guest, s.uri, "not for it",
                        publish_options={"d": {"exclude": [integer(s.b.id)]}})
    await guest.do("drop")
    for text in ("detached", "destroyed"):
        event = await s.b.event(s.uri)
        same((event["args"], event["kwargs"]), ([text], {"key": "value"}), "testament")
    await s.a.publish(s.uri, "after")
    await s.b.hears(s.uri, "after")


@scenario()
async def testament_of_who_said_goodbye(s):
    await s.b.subscribe(s.uri)
    guest = await s.guest("guest", s.a)
    await add_testament(guest, s.uri, "left")
    await guest.do("leave", reason="wamp.close.normal")
    await s.b.hears(s.uri, "left")


@scenario()
async def testaments_taken_back(s):
    await s.b.subscribe(s.uri)
    guest = await s.guest("guest", s.a)
    await add_testament(guest, s.uri, "first")
    await guest.call("wamp.session.flush_testaments")
    await add_testament(guest, s.uri, "second")
    await guest.call("wamp.session.flush_testaments", kwargs={"scope": "detached"})
    await guest.do("drop")
    await s.b.hears(s.uri, "second")
