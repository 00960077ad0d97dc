"""The scenarios of the Advanced Profile: one rule each, between two clients.

"a" is who calls, publishes or asks, "b" who is called or subscribed. A scenario names what
their clients must be able to do; which client cannot do what, and why, stands in table.json
("cannot"). The two sessions of a pair live through all scenarios, each of which has URIs of
its own; further sessions end with the scenario that let them join.
"""

import asyncio
import itertools

from endpoint import ABILITIES, Endpoint, Unexpected, abilities_missing, name_of

SECONDS = 15

SCENARIOS = []


def scenario(a=(), b=(), b_cannot=()):
    """A scenario needs clients with, and one without, these abilities."""
    if unknown := {*a, *b, *b_cannot} - ABILITIES:
        raise ValueError(f"nobody knows the abilities {unknown}")

    def add(function):
        SCENARIOS.append((function, {*a}, {*b}, {*b_cannot}))
        return function

    return add


def scenarios_of(table, cells):
    """Those that the clients of two cells can play."""
    missing_a, missing_b = (abilities_missing(table, cell) for cell in cells)
    return [function for function, a, b, b_cannot in SCENARIOS
            if not a & missing_a and not b & missing_b and b_cannot <= missing_b]


def pairs(cells):
    """Each cell with itself, but for Unix sockets and TLS, and the clients with each other, in
    turn in all their cells."""
    by_client = {}
    for cell in cells:
        by_client.setdefault(cell["client"], []).append(cell)
    mixed = itertools.permutations(by_client.values(), 2)
    return [*((cell, cell) for cell in cells if not cell["transport"].endswith(("-unix", "-tls"))),
            *((a[i % len(a)], b[(i + 1) % len(b)]) for i, (a, b) in enumerate(mixed))]


def rows(cells, table, only):
    """The pairs with the scenarios that are meant, by name."""
    found = {}
    for a, b in pairs(cells):
        name = f"advanced: {name_of(a)}" if a is b else f"advanced: {name_of(a)} and {name_of(b)}"
        wanted = [function for function in scenarios_of(table, (a, b))
                  if only in f"{name}: {function.__name__}"]
        if wanted:
            found[name] = ((a, b), wanted)
    return found


class Stage:
    """Where the scenarios of a pair of cells are played: "a" is a session of the first, "b"
    one of the second."""

    def __init__(self, name, drivers, cells, table, place):
        self.name, self.cells, self.table, self.place = name, cells, table, place
        self.drivers = dict(zip((cell["client"] for cell in cells), drivers))
        self.a = self.b = None
        self.uri = None
        self.guests = []

    async def join(self, name, cell, **more):
        endpoint = Endpoint(self.drivers[cell["client"]], f"{self.name}.{name}", cell, self.table)
        await endpoint.open(self.place, **more)
        return endpoint

    async def guest(self, name, like, **more):
        """One more session of the same client and format, for this scenario."""
        joined = await self.join(f"{self.uri}.{name}", like.cell, **more)
        self.guests.append(joined)
        return joined

    async def play(self, function):
        """Returns what went wrong."""
        name = function.__name__
        self.uri = f"interop.{self.name}.{name}"
        try:
            await asyncio.wait_for(self.perform(function), SECONDS)
            return None
        except asyncio.TimeoutError:
            problem = f"not done after {SECONDS} s"
        except Unexpected as e:
            problem = str(e)
        except Exception as e:
            problem = f"{type(e).__name__}: {e}"
        await self.end()  # the next scenario gets sessions that this one has not spoilt
        return f"{name}: {problem}"

    async def perform(self, function):
        if self.a is None:
            self.a = await self.join("a", self.cells[0])
            self.b = await self.join("b", self.cells[1])
        await function(self)
        await self.dismiss(self.guests)

    async def end(self):
        await self.dismiss([*self.guests, *filter(None, (self.a, self.b))])
        self.a = self.b = None

    async def dismiss(self, endpoints):
        for endpoint in endpoints:
            await endpoint.ask("drop")
        self.guests = [guest for guest in self.guests if guest not in endpoints]


async def play_all(stage, scenarios):
    problems = [await stage.play(function) for function in scenarios]
    await stage.end()
    if any(problems):
        raise Unexpected("\n".join(filter(None, problems)))
