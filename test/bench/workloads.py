"""What the bench measures: each workload with the arguments of wamp-bench-load."""

from dataclasses import dataclass


@dataclass
class Workload:
    name: str
    load: str  # arguments of wamp-bench-load
    floor_load: str = ""  # where the floor cannot do the same
    kind: str = "traffic"  # or idle, join, fairness, tls
    beside: str = ""  # arguments of another load that goes on meanwhile
    note: str = ""


def call(name, arguments="", **more):
    return Workload(f"call, {name}", f"--workload call {arguments}", **more)


# The windows of publications are those with which the floor costs what an event costs in the
# field's comparison: large enough for coalescing to matter, small enough to count system calls.
def event(name, arguments, window=8, payload=64, **more):
    load = f"--workload event --payload {payload} --outstanding {window} {arguments}"
    return Workload(f"event, {name}", load, **more)


# A call now and then, while others take all that the router has.
def fairness(name, beside):
    return Workload(f"1 call beside {name}", "--workload call --outstanding 1", kind="fairness",
                    beside=beside and f"--name com.beside {beside}")


ENCRYPTION = "** The gateway with TLS, beside the gateway without, which stands for the floor."
TRANSCODING = ("* The floor cannot transcode: its figure is of the same run with JSON throughout.")

WORKLOADS = [
    call("1 outstanding", "--outstanding 1"),
    call("1 caller x 32, 16 B"),
    call("10 callers x 32, 16 B", "--callers 10"),
    call("100 callers x 32, 16 B", "--callers 100"),
    call("1 caller x 32, 1 KB", "--payload 1024"),
    call("10 callers x 32, MessagePack", "--callers 10 --format msgpack"),
    call("10 callers x 32, RawSocket MessagePack",
         "--callers 10 --format msgpack --transport raw"),
    event("10 subscribers, 64 B", "--subscribers 10"),
    event("100 subscribers, 64 B", "--subscribers 100"),
    event("1000 subscribers, 64 B", "--subscribers 1000"),
    event("100 topics x 1 subscriber, 64 B", "--topics 100", window=4),
    event("100 subscribers, MessagePack", "--subscribers 100 --format msgpack"),
    event("100 subscribers, RawSocket MessagePack",
          "--subscribers 100 --format msgpack --transport raw"),
    event("100 subscribers, JSON to MessagePack *",
          "--subscribers 100 --subscriber-format msgpack",
          floor_load="--workload event --payload 64 --outstanding 8 --subscribers 100",
          note=TRANSCODING),
    call("1 outstanding, TLS **", "--outstanding 1 --tls yes",
         floor_load="--workload call --outstanding 1", kind="tls", note=ENCRYPTION),
    fairness("nothing", ""),
    fairness("8 x 256 calls", "--workload call --callers 8 --outstanding 256"),
    fairness("4 x 256 publications, 4 subscribers each",
             "--workload event --topics 4 --subscribers 4 --outstanding 256"),
    fairness("calls of 15 MB", "--workload call --outstanding 1 --payload 15000000"),
    Workload("idle sessions", "--workload idle --connections 10000", kind="idle"),
    Workload("joins", "--workload join --connections 32", kind="join"),
]


@dataclass
class Growth:
    """How the cost of a message grows with one number."""

    name: str
    axis: str
    unit: str
    points: list  # (number, Workload)


def growth(name, axis, unit, numbers, arguments):
    return Growth(name, axis, unit, [
        (n, Workload(f"{name}: {n:,}", arguments.format(n=n))) for n in numbers])


TENS = (1, 10, 100, 1_000, 10_000, 100_000)

GROWTH = [
    growth("subscribers of one topic", "subscribers", "us per event", TENS[:-1],
           "--workload event --payload 64 --outstanding 8 --subscribers {n}"),
    growth("topics with one subscriber each", "topics", "us per event", TENS,
           "--workload event --payload 64 --spread {n}"),
    growth("registrations", "registrations", "us per call", TENS,
           "--workload call --spread {n}"),
]
