"""Scenarios of the Advanced Profile's publish/subscribe (see advanced.py)."""

from advanced import scenario
from endpoint import Unexpected, same


def is_publication(event, publication, receiver):
    if receiver.can("tell_publication"):
        same(event["details"]["publication"], publication, "the publication's id")


@scenario()
async def prefix_subscription(s):
    await s.b.subscribe(s.uri, match="prefix")
    for topic in (s.uri, f"{s.uri}.x.y", f"{s.uri}-low"):
        await s.a.publish(f"x.{topic}", "no such prefix")
        await s.a.publish(topic, topic)
        event = await s.b.event(s.uri)
        same((event["args"], event["details"]["topic"]), ([topic], topic), "event by prefix")


@scenario()
async def wildcard_subscription(s):
    pattern = f"{s.uri}..end"
    await s.b.subscribe(pattern, match="wildcard")
    for other in (f"{s.uri}.end", f"{s.uri}.one.two.end", f"{s.uri}.one.ending"):
        await s.a.publish(other, "no such pattern")
    topic = f"{s.uri}.one.end"
    await s.a.publish(topic, "yes")
    event = await s.b.event(pattern)
    same((event["args"], event["details"]["topic"]), (["yes"], topic), "event by wildcard")


@scenario()
async def one_publication_on_every_pattern(s):
    topic = f"{s.uri}.one.end"
    patterns = {topic: "exact", s.uri: "prefix", f"{s.uri}..end": "wildcard"}
    ids = {await s.b.subscribe(uri, match=match) for uri, match in patterns.items()}
    same(len(ids), 3, "subscriptions")
    publication = await s.a.publish(topic, "x")
    for uri in patterns:
        is_publication(await s.b.event(uri), publication, s.b)


@scenario(a={"retain"})
async def retained_event(s):
    publication = await s.a.publish(s.uri, "kept", retain=True)
    await s.a.publish(s.uri, "not kept")
    guest = await s.guest("uninterested", s.b)
    await guest.subscribe(s.uri)
    await s.b.subscribe(s.uri, get_retained=True)
    event = await s.b.event(s.uri)
    same((event["args"], event["details"].get("retained")), (["kept"], True), "retained event")
    is_publication(event, publication, s.b)
    await s.a.publish(s.uri, "new")
    event = await s.b.event(s.uri)
    same((event["args"], bool(event["details"].get("retained"))), (["new"], False), "later event")
    await guest.hears(s.uri, "new")


@scenario(a={"retain"})
async def retained_events_of_a_pattern(s):
    topics = [f"{s.uri}.{name}" for name in ("one", "two")]
    for topic in topics:
        await s.a.publish(topic, topic, retain=True)
    await s.b.subscribe(s.uri, match="prefix", get_retained=True)
    events = [await s.b.event(s.uri) for _ in topics]
    for event in events:
        same(event["args"], [event["details"]["topic"]], "retained event by prefix")
    same(sorted(event["details"]["topic"] for event in events), topics, "retained topics")


@scenario(a={"retain"})
async def retained_event_for_whom_it_was_meant(s):
    guest = await s.guest("chosen", s.b)
    await s.a.publish(s.uri, "for all", retain=True)
    await s.a.publish(s.uri, "for one", retain=True, eligible=[guest.id])
    for endpoint, text in ((s.b, "for all"), (guest, "for one")):
        await endpoint.subscribe(s.uri, get_retained=True)
        await endpoint.hears(s.uri, text)


@scenario(a={"disclose_publisher"})
async def disclosed_publisher(s):
    await s.b.subscribe(s.uri)
    await s.a.publish(s.uri, "who", disclose_me=True)
    details = (await s.b.event(s.uri))["details"]
    same({key: details.get(key) for key in ("publisher", "publisher_authid", "publisher_authrole")},
         {"publisher": str(s.a.id), "publisher_authid": s.a.details["authid"],
          "publisher_authrole": s.a.details["authrole"]}, "the disclosed publisher")


@scenario()
async def undisclosed_publisher(s):
    await s.b.subscribe(s.uri)
    await s.a.publish(s.uri, "who")
    details = (await s.b.event(s.uri))["details"]
    if told := [key for key in details if key.startswith("publisher")]:
        raise Unexpected(f"the publisher did not ask to be disclosed, but there is {told}")


@scenario()
async def receivers_by_authid_and_authrole(s):
    guest = await s.guest("other", s.b)
    authid = {endpoint: endpoint.details["authid"] for endpoint in (s.b, guest)}
    for endpoint in authid:
        await endpoint.subscribe(s.uri)
    for options, receivers in (
            ({"eligible_authid": [authid[s.b]]}, [s.b]),
            ({"eligible_authid": [authid[guest], authid[s.b]]}, [s.b, guest]),
            ({"exclude_authid": [authid[s.b]]}, [guest]),
            ({"eligible_authrole": ["anonymous"]}, [s.b, guest]),
            ({"eligible_authrole": ["nobody"]}, []),
            ({"exclude_authrole": ["anonymous"]}, []),
            ({"eligible_authrole": ["anonymous"], "exclude_authid": [authid[guest]]}, [s.b]),
            ({"eligible": [s.b.id, guest.id], "eligible_authid": [authid[guest]]}, [guest])):
        await s.a.publish(s.uri, f"{options}", **options)
        await s.a.publish(s.uri, "after")
        for endpoint in authid:
            await endpoint.hears(s.uri, *([f"{options}"] if endpoint in receivers else []), "after")


PASSTHRU = {"ppt_scheme": "x_interop", "ppt_serializer": "x_sealed", "ppt_cipher": "aes256gcm",
            "ppt_keyid": "interop"}


@scenario(a={"passthru"}, b={"passthru"})
async def event_that_the_router_cannot_read(s):
    """wampy.mjs seals it: a single byte that the router changed would be found out."""
    await s.b.subscribe(s.uri)
    await s.a.do("publish", uri=s.uri, args=["secret", [1, 2]], kwargs={"key": "ключ"},
                 options={"acknowledge": True, **PASSTHRU})
    event = await s.b.event(s.uri)
    same((event["args"], event["kwargs"]),
         (["secret", [{"i": "1"}, {"i": "2"}]], {"key": "ключ"}), "sealed event")
    same({key: event["details"].get(key) for key in PASSTHRU}, PASSTHRU, "what describes it")
