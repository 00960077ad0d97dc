"""Debian's python3-autobahn as a driver: what driver.mjs is for JavaScript.

    autobahn_python.py asyncio|twisted

It reads operations from run.py as lines of JSON on standard input, carries them out on
named sessions, and answers each with one line on standard output. How values are tagged
is told in driver.mjs. The driver itself is written for asyncio; with Twisted, that runs on
Twisted's reactor for asyncio, and the client's Deferreds are turned into futures.
"""

import asyncio
import json
import sys
import traceback

import txaio

TWISTED = sys.argv[1] == "twisted"
ANSWERS = sys.stdout  # Twisted's log takes the name over
LOOP = asyncio.new_event_loop()
asyncio.set_event_loop(LOOP)

if TWISTED:
    from twisted.internet import asyncioreactor
    asyncioreactor.install(LOOP)
    from twisted.internet import defer, endpoints, reactor, ssl
    txaio.use_twisted()
    from autobahn.twisted.rawsocket import WampRawSocketClientFactory
    from autobahn.twisted.wamp import ApplicationSession
    from autobahn.twisted.websocket import WampWebSocketClientFactory
else:
    import ssl
    txaio.use_asyncio()
    from autobahn.asyncio.wamp import ApplicationSession
    from autobahn.asyncio.websocket import WampWebSocketClientFactory

from autobahn.wamp import types  # noqa: E402
from autobahn.wamp.auth import create_authenticator  # noqa: E402
from autobahn.wamp.exception import ApplicationError, InvalidUriError  # noqa: E402
from autobahn.wamp.serializer import (  # noqa: E402
    CBORSerializer, JsonSerializer, MsgPackSerializer)

from tagged import payload, to_native  # noqa: E402

CANCELED = defer.CancelledError if TWISTED else asyncio.CancelledError


def future(result):
    """What the client returns, as something to await here."""
    return result.asFuture(LOOP) if TWISTED else result


def in_client(awaitable):
    """Something of asyncio, for a procedure to await."""
    task = asyncio.ensure_future(awaitable, loop=LOOP)
    return defer.Deferred.fromFuture(task) if TWISTED else task


def never():
    """Something for a procedure to await that only a cancellation ends."""
    return defer.Deferred() if TWISTED else LOOP.create_future()


def trusting(authority, binding):
    """A client's side of TLS to "localhost"."""
    if not TWISTED:
        context = ssl.create_default_context(cafile=authority)
        if binding == "tls-unique":  # which TLS 1.3 does not have
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context
    with open(authority, "rb") as file:
        return ssl.optionsForClientTLS("localhost", ssl.Certificate.loadPEM(file.read()))


async def connect(factory, transport, port, path, authority, binding):
    if TWISTED:
        endpoint = (endpoints.UNIXClientEndpoint(reactor, path) if transport.endswith("-unix")
                    else endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port))
        if transport.endswith("-tls"):
            endpoint = endpoints.wrapClientTLS(trusting(authority, binding), endpoint)
        await future(endpoint.connect(factory))
    elif transport.endswith("-unix"):
        await LOOP.create_unix_connection(factory, path)
    elif transport.endswith("-tls"):
        await LOOP.create_connection(factory, "127.0.0.1", port, server_hostname="localhost",
                                     ssl=trusting(authority, binding))
    else:
        await LOOP.create_connection(factory, "127.0.0.1", port)


SERIALIZERS = {"json": JsonSerializer, "msgpack": MsgPackSerializer, "cbor": CBORSerializer}


def details_of(details, *names):
    """Those that are there; ids as text."""
    found = {name: getattr(details, name) for name in names}
    return {name: str(value) if type(value) is int else value
            for name, value in found.items() if value is not None}


def result_of(value):
    """The client unwraps a result of one value and turns none into None."""
    if isinstance(value, types.CallResult):
        return value.results, value.kwresults
    return ([] if value is None else [value]), {}


def authenticator_of(method, authid, shows, pubkey=None, binding=None):
    """The client's own, which knows the method; None: it does not."""
    extra = {"authextra": {"channel_binding": binding}} if binding else {}
    shown = {"ticket": {"ticket": shows}, "wampcra": {"secret": shows, "authid": authid},
             "cryptosign": {"privkey": shows, **extra}}.get(method)
    return shown and create_authenticator(method, **shown)


class Session(ApplicationSession):
    def __init__(self, realm, login=None):
        super().__init__(types.ComponentConfig(realm))
        self.login = login
        self.joined = LOOP.create_future()
        self.left = LOOP.create_future()
        self.registrations = {}
        self.subscriptions = {}
        self.inbox = {}

    def onConnect(self):
        if not self.login:
            return super().onConnect()
        self.authenticator = authenticator_of(**self.login)
        self.join(self.config.realm, [self.login["method"]], self.login["authid"],
                  authextra=self.authenticator and self.authenticator.authextra)

    def onChallenge(self, challenge):
        return self.authenticator.on_challenge(self, challenge)

    def onJoin(self, details):
        self.joined.set_result(details)

    def onLeave(self, details):
        if not self.joined.done():
            self.joined.set_exception(ApplicationError(details.reason))
        self.left.set_result(details.reason)
        self.disconnect()

    def onUserError(self, fail, msg):
        """Errors that procedures answer with on purpose need no log."""

    def queue(self, key):
        return self.inbox.setdefault(key, asyncio.Queue())

    # The procedures that a scenario may register. Those in `tellers` are told of the invocation.

    tellers = ("details", "count", "count_and_hang")

    def procedure(self, kind, uri, says):
        async def echo(*args, **kwargs):
            return types.CallResult(*args, **kwargs)

        async def describe(*args, **kwargs):
            return json.dumps(payload(args, kwargs))

        async def details(details):
            return json.dumps(details_of(
                details, "procedure", "caller", "caller_authid", "caller_authrole"))

        async def fail(error, *args, **kwargs):
            raise ApplicationError(error, *args, **kwargs)

        async def hang():
            self.queue(f"invocation {uri}").put_nowait(True)
            try:
                await never()
            except CANCELED:
                self.queue(f"interrupt {uri}").put_nowait(True)
                raise ApplicationError("wamp.error.canceled") from None

        async def hold():
            self.queue(f"invocation {uri}").put_nowait(True)
            await in_client(self.queue(f"release {uri}").get())

        async def say():
            return says

        async def count(n, details):
            for i in range(n if details.progress else 0):
                details.progress(i)
            return "done"

        async def count_and_hang(n, details):
            await count(n, details)
            await hang()

        async def empty():
            return types.CallResult()

        return {"echo": echo, "describe": describe, "details": details, "fail": fail, "hang": hang,
                "hold": hold, "say": say, "count": count, "count_and_hang": count_and_hang,
                "empty": empty}[kind]


class Driver:
    def __init__(self):
        self.sessions = {}
        self.calls = {}

    async def open(self, session, transport, format, port, path, authority, realm, login=None):
        created = Session(realm, login)
        serializer = SERIALIZERS[format]()
        scheme = "wss" if transport.endswith("-tls") else "ws"
        if transport.startswith("websocket"):
            factory = WampWebSocketClientFactory(
                lambda: created, url=f"{scheme}://127.0.0.1:{port}/ws", serializers=[serializer])
        else:
            factory = WampRawSocketClientFactory(lambda: created, serializer=serializer)
        await connect(factory, transport, port, path, authority, (login or {}).get("binding"))
        details = await created.joined
        self.sessions[session] = created
        roles = {name: {"features": {k: v for k, v in vars(role).items() if v is not None}}
                 for name, role in created._router_roles.items()}
        return {"session": str(details.session),
                "details": {"realm": details.realm, "authid": details.authid,
                            "authrole": details.authrole, "authmethod": details.authmethod,
                            "authprovider": details.authprovider, "roles": roles}}

    async def register(self, session, uri, procedure, says=None, options=None):
        s = self.sessions[session]
        registration = await future(s.register(
            s.procedure(procedure, uri, says), uri, types.RegisterOptions(
                details_arg="details" if procedure in s.tellers else None, **(options or {}))))
        s.registrations[uri] = registration
        return str(registration.id)

    async def unregister(self, session, uri):
        await future(self.sessions[session].registrations.pop(uri).unregister())

    def begin(self, session, uri, args=(), kwargs=None, options=None, progress=False):
        """The client's call, and where the parts of its result go."""
        parts = [] if progress else None

        def on_progress(*args, **kwargs):
            parts.append(payload(args, kwargs))

        call = self.sessions[session].call(
            uri, *to_native(list(args)), **to_native({"d": kwargs or {}}),
            options=types.CallOptions(on_progress=on_progress if progress else None,
                                      **(options or {})))
        return call, parts

    async def end(self, call, parts):
        answer = payload(*result_of(await future(call)))
        return {**answer, "progress": parts} if parts is not None else answer

    async def call(self, **request):
        return await self.end(*self.begin(**request))

    async def call_many(self, session, uri, count):
        s = self.sessions[session]
        return await asyncio.gather(*[future(s.call(uri, i)) for i in range(count)])

    async def start_call(self, session, handle, **request):
        self.calls[handle] = self.begin(session, **request)

    async def finish_call(self, session, handle):
        return await self.end(*self.calls[handle])

    async def cancel(self, session, handle, mode=None):
        s, (call, _) = self.sessions[session], self.calls[handle]
        call.cancel()
        await asyncio.sleep(0)  # on asyncio the client sends CANCEL in the loop's next turn
        try:
            await future(call)
        except CANCELED:
            # The client gives up at once; the router's ERROR only clears its books. It is
            # there when the answer to a later call is.
            try:
                await future(s.call("interop.nobody"))
            except ApplicationError:
                pass
            if s._call_reqs:
                raise RuntimeError("no ERROR came for the canceled call") from None
            raise ApplicationError("wamp.error.canceled") from None

    async def wait_invocation(self, session, uri):
        return await self.sessions[session].queue(f"invocation {uri}").get()

    async def wait_interrupt(self, session, uri):
        return await self.sessions[session].queue(f"interrupt {uri}").get()

    async def waiting(self, session, key):
        return self.sessions[session].queue(key).qsize()

    async def release(self, session, uri):
        self.sessions[session].queue(f"release {uri}").put_nowait(True)

    async def subscribe(self, session, uri, options=None):
        s = self.sessions[session]

        def on_event(*args, event_details, **kwargs):
            s.queue(f"event {uri}").put_nowait({**payload(args, kwargs), "details": details_of(
                event_details, "publication", "topic", "publisher", "publisher_authid",
                "publisher_authrole", "retained")})

        subscription = await future(s.subscribe(on_event, uri, types.SubscribeOptions(
            details_arg="event_details", **(options or {}))))
        s.subscriptions[uri] = subscription
        return str(subscription.id)

    async def unsubscribe(self, session, uri):
        await future(self.sessions[session].subscriptions.pop(uri).unsubscribe())

    async def event(self, session, uri):
        return await self.sessions[session].queue(f"event {uri}").get()

    async def publish(self, session, uri, args=(), kwargs=None, options=None):
        published = self.sessions[session].publish(
            uri, *to_native(list(args)), **to_native({"d": kwargs or {}}),
            options=types.PublishOptions(**(options or {})))
        return str((await future(published)).id) if published else None

    async def drop(self, session):
        """Ends the connection without a GOODBYE."""
        s = self.sessions.pop(session, None)
        if s and s.is_connected():
            s.transport.abort()

    async def wait_end(self, session):
        return {"reason": await self.sessions[session].left}

    async def leave(self, session, reason=None):
        s = self.sessions.pop(session)
        s.leave(reason)
        return {"reason": await s.left}


def write(line):
    ANSWERS.write(json.dumps(line) + "\n")
    ANSWERS.flush()


async def carry_out(driver, line):
    request = json.loads(line)
    number, operation = request.pop("id"), request.pop("op")
    try:
        write({"id": number, "ok": await getattr(driver, operation)(**request)})
    except InvalidUriError as e:
        write({"id": number, "refused": str(e)})
    except ApplicationError as e:
        write({"id": number, "error": {"uri": e.error, **payload(e.args, e.kwargs)}})
    except (Exception, CANCELED):
        write({"id": number, "broken": traceback.format_exc()})


async def main():
    driver = Driver()
    reader = asyncio.StreamReader(limit=1 << 26)
    await LOOP.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tasks = set()
    while line := await reader.readline():
        task = asyncio.ensure_future(carry_out(driver, line))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


txaio.start_logging(level="error", out=sys.stderr)
if TWISTED:
    task = LOOP.create_task(main())
    task.add_done_callback(lambda _: reactor.stop())
    reactor.run()
else:
    LOOP.run_until_complete(main())
