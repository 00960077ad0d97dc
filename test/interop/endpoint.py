"""A session of a foreign client as the scenarios see it, and what they judge its answers by."""

import json

from tagged import to_native

MAX_ID = 2 ** 53

# What a client may be unable to do, as table.json names it ("cannot").
ABILITIES = {
    "exclude_me_false",         # publish with `exclude_me: false`
    "publish_unacknowledged",   # publish without `acknowledge`
    "retain",                   # publish with `retain`
    "disclose_publisher",       # publish with `disclose_me`
    "disclose_caller",          # call with `disclose_me`
    "disclose_callers",         # register with `disclose_caller`
    "concurrency",              # register with a limit
    "force_reregister",         # take a procedure over
    "hear_revocation",          # tell the application of an UNREGISTERED that it did not ask for
    "send_progress",            # answer with progressive results
    "progressive_invocations",  # send and take arguments in several CALLs and INVOCATIONs
    "passthru",                 # payload passthru mode
    "tell_publication",         # tell the application of an event's publication id
    "be_interrupted",           # let an invocation that is under way be interrupted
    "tell_goodbye_reason",      # tell the application why the router said GOODBYE
    "log_in_by_ticket",
    "log_in_by_wampcra",        # with a key, and with a salted password
    "log_in_by_cryptosign",
    "bind_login_to_channel",    # cryptosign with "tls-unique"
    "log_in_by_scram",          # WAMP-SCRAM, as the specification has it
}


class Unexpected(AssertionError):
    pass


def same(got, wanted, what):
    if got != wanted:
        raise Unexpected(f"{what}: got {short(got)}, wanted {short(wanted)}")


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 1500 else text[:700] + " ... " + text[-700:]


def same_payload(got, args, kwargs, names, what):
    """Compares the arguments one by one, so that a failure names the value."""
    same(len(got["args"]), len(args), f"{what}: number of arguments")
    for name, got_value, value in zip(names, got["args"], args):
        same(got_value, value, f"{what}: argument {name}")
    same(got["kwargs"], kwargs, f"{what}: keyword arguments")


def is_id(text, what):
    if not text.isdigit() or not 1 <= int(text) <= MAX_ID:
        raise Unexpected(f"{what}: {text} is no id")


def abilities_missing(table, cell):
    return {entry["ability"] for entry in table["cannot"] if cell["client"] in entry["client"]}


def name_of(cell):
    return f"{cell['client']} {cell['format']} {cell['transport']}"


class Endpoint:
    """One session of one driver, with the abilities and limits of its client."""

    def __init__(self, driver, name, cell, table):
        self.driver, self.name, self.cell = driver, name, cell
        self.client = table["clients"][cell["client"]]
        self.id = self.details = None  # once it has joined
        self.ready = False  # for the cross rows
        self.cannot = abilities_missing(table, cell)
        self.cannot_send, self.cannot_receive = set(), set()
        for limit in table["limits"]:
            if cell["client"] in limit["client"] and cell["format"] in limit["format"]:
                self.cannot_send |= set(limit["cannot_send"])
                self.cannot_receive |= set(limit["cannot_receive"])

    def can(self, ability):
        if ability not in ABILITIES:
            raise ValueError(f"nobody knows the ability {ability}")
        return ability not in self.cannot

    async def ask(self, op, **parameters):
        given = {name: value for name, value in parameters.items() if value is not None}
        return await self.driver.ask(op, session=self.name, **given)

    async def do(self, op, **parameters):
        answer = await self.ask(op, **parameters)
        if "ok" not in answer:
            raise Unexpected(f"{self.name}: {op} {parameters.get('uri', '')}: {short(answer)}")
        return answer["ok"]

    async def error(self, op, **parameters):
        answer = await self.ask(op, **parameters)
        if "error" not in answer:
            raise Unexpected(f"{self.name}: {op} {parameters.get('uri', '')} should have been "
                             f"answered with an ERROR: {short(answer)}")
        return answer["error"]

    async def fails(self, wanted, op, **parameters):
        error = await self.error(op, **parameters)
        same(error["uri"], wanted, f"{self.name}: error of {op} {parameters.get('uri', '')}")

    async def open(self, place, **more):
        opened = await self.do("open", **self.address(place), **more)
        self.id, self.details = int(opened["session"]), opened["details"]
        return opened

    async def subscribe(self, uri, **options):
        return await self.do("subscribe", uri=uri, options=options or None)

    async def publish(self, uri, *args, **options):
        """With an acknowledgement: once it is there, the events are on their way."""
        return await self.do("publish", uri=uri, args=list(args),
                             options={"acknowledge": True, **options})

    async def event(self, uri):
        return await self.do("event", uri=uri)

    async def hears(self, uri, *texts):
        """These are the next events, with one argument each."""
        for text in texts:
            same((await self.event(uri))["args"], [text], f"event at {self.name} of {uri}")

    async def register(self, uri, procedure, says=None, **options):
        return await self.do("register", uri=uri, procedure=procedure, says=says,
                             options=options or None)

    async def call(self, uri, *args, kwargs=None, **options):
        """The only argument of the result, None where there is none."""
        answer = await self.do("call", uri=uri, args=list(args), kwargs=kwargs,
                               options=options or None)
        return to_native(answer["args"][0]) if answer["args"] else None

    def address(self, place):
        transport = self.cell["transport"]
        if self.cell["client"] == "wampy-ws":
            transport += "-ws"
        ports = place["ports"]
        rest = {name: value for name, value in place.items() if name != "ports"}
        return {"transport": transport, "format": self.cell["format"], **rest,
                "port": ports["tls" if self.cell["transport"].endswith("-tls") else "plain"]}
