"""Tables of what was measured."""

FAULTS = ("lost", "refused", "duplicated", "reordered", "wrong")


def number(value, digits=1, suffix=""):
    return "-" if value is None else f"{value:,.{digits}f}{suffix}"


def ratio(value, floor):
    return value / floor if value is not None and floor else None


def print_table(header, rows):
    if not rows:
        return
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        first, *others = row
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:])]
        print("  ".join(cells))
    print()


def traffic_row(label, outcome, floor):
    cpu, floor_cpu = outcome.median("cpu_us_per_op"), floor.median("cpu_us_per_op")
    return [label, number(cpu, 2), number(floor_cpu, 2), number(ratio(cpu, floor_cpu), 2),
            number(outcome.median("rate"), 0), number(outcome.median("p50_us"), 0),
            number(outcome.median("p99_us"), 0), number(floor.median("p50_us"), 0),
            number(outcome.total("lost"), 0), number(outcome.total("refused"), 0),
            number(outcome.total("duplicated", "reordered", "wrong"), 0)]


def fairness_row(label, outcome, floor):
    return [label, *(number(o.median(key), 0) for o in (outcome, floor)
                     for key in ("p50_us", "p99_us", "max_us")),
            number(outcome.median("beside_rate"), 0), number(floor.median("beside_rate"), 0)]


def session_rows(workload, label, outcome, floor):
    if workload.kind == "join":
        rate, floor_rate = outcome.median("rate"), floor.median("rate")
        share = ratio(rate, floor_rate)
        return [[f"{label}joins per second", number(rate, 0), number(floor_rate, 0),
                 number(share and 100 * share, 0, " %")],
                [f"{label}CPU us per join", number(outcome.median("cpu_us_per_op")),
                 number(floor.median("cpu_us_per_op")),
                 number(ratio(outcome.median("cpu_us_per_op"), floor.median("cpu_us_per_op")))]]
    sessions = number(outcome.median("sessions"), 0)
    memory, floor_memory = outcome.median("kib_per_session"), floor.median("kib_per_session")
    busy, floor_busy = outcome.median("router_cpu_share"), floor.median("router_cpu_share")
    return [[f"{label}KiB per idle session, {sessions} of them", number(memory, 2),
             number(floor_memory, 2), number(ratio(memory, floor_memory))],
            [f"{label}CPU % while they idle", number(busy and 100 * busy, 2),
             number(floor_busy and 100 * floor_busy, 2), "-"]]


def print_results(results, routers):
    floor, *others = routers
    traffic, fairness, sessions, notes = [], [], [], []
    for workload, outcomes in results:
        for router in others or [floor]:
            label = f"{router.name}: " if len(others) > 1 else ""
            outcome, base = outcomes.get(router.name), outcomes[floor.name]
            if workload.kind in ("traffic", "tls"):
                if router.name not in outcomes:
                    continue  # TLS is measured of the gateway alone
                traffic.append(traffic_row(label + workload.name, outcome, base))
            elif workload.kind == "fairness":
                fairness.append(fairness_row(label + workload.name, outcome, base))
            else:
                sessions += session_rows(workload, label, outcome, base)
        if workload.note:
            notes.append(workload.note)
    name = others[0].name if len(others) == 1 else "router"
    print_table(["", f"{name} us/op", "floor us/op", "ratio", "rate/s", "p50 us", "p99 us",
                 "floor p50", "lost", "refused", "wrong"], traffic)
    print_table(["", f"{name} p50 us", "p99 us", "max us", "floor p50 us", "p99 us", "max us",
                 "beside it/s", "floor's"], fairness)
    print_table(["", name, "floor", "to floor"], sessions)
    for note in notes:
        print(note)


def client_ratio(figure):
    return figure["value"] / figure["floor"] if figure["floor"] else None


def print_clients(figures):
    """`figures`: of wamp-bench-client."""
    print_table(["", "client", "bare CAF", "ratio"],
                [[f["name"], number(f["value"], 2, f" {f['unit']}"),
                  number(f["floor"] or None, 2, f" {f['unit']}"), number(client_ratio(f), 2)]
                 for f in figures])


def print_logins(figures):
    """`figures`: of wamp-bench-login."""
    print_table(["", "known us", "unknown us", "ratio", "t"],
                [[f["name"], number(f["known_us"], 2), number(f["unknown_us"], 2),
                  number(ratio(f["unknown_us"], f["known_us"]), 3), number(f["t"], 1)]
                 for f in figures])


def logins_that_tell(figures):
    """One line for every method whose time tells users from others by more than machines do."""
    for figure in figures:
        apart = abs(ratio(figure["unknown_us"], figure["known_us"]) - 1)
        if apart > 0.1:
            yield f"{figure['name']}: known and unknown names are {apart:.0%} apart"


def print_growth(results, routers):
    """`results`: (Growth, {router name: [outcome per point]})."""
    for growth, outcomes in results:
        header = [growth.name] + [f"{n:,}" for n, _ in growth.points]
        rows = [[f"{r.name}, {growth.unit}"]
                + [number(o.median("cpu_us_per_op"), 2) for o in outcomes[r.name]]
                for r in reversed(routers)]
        print_table(header, rows)


def faults_of(results):
    """One line for everything that makes the run a failure."""
    for workload, outcomes in results:
        for name, outcome in outcomes.items():
            for text in outcome.failures:
                yield f"{workload.name}: {name}: {text}"
            for fault in FAULTS:
                if outcome.total(fault):
                    yield f"{workload.name}: {name}: {outcome.total(fault)} {fault}"


def figures_to_check(workload, outcome, floor):
    """(what, figure, whether more of it is worse) that bounds.json may bound."""
    if workload.kind in ("traffic", "tls"):
        yield "ratio", ratio(outcome.median("cpu_us_per_op"), floor.median("cpu_us_per_op")), True
    elif workload.kind == "fairness":
        yield "max_ms", outcome.median("max_us") and outcome.median("max_us") / 1000, True
    elif workload.kind == "join":
        yield "share", ratio(outcome.median("rate"), floor.median("rate")), False
    else:
        yield "kib", outcome.median("kib_per_session"), True
        busy = outcome.median("router_cpu_share")
        yield "cpu_percent", busy and 100 * busy, True


TOLERANCE = 1.25


def clients_worse_than(bounds, figures):
    """As worse_than, for the client's figures that have a bound."""
    for figure in figures:
        bound = bounds.get(figure["name"])
        if bound is None:
            continue
        (what, most), = bound.items()
        found = client_ratio(figure) if what == "ratio" else figure["value"]
        if found > most * TOLERANCE:
            yield f"{figure['name']}: {what} is {found:.2f}, the bound is {most}"


def worse_than(bounds, results, router, floor):
    """One line for every figure that is worse than its bound by more than TOLERANCE."""
    for workload, outcomes in results:
        for what, figure, more_is_worse in figures_to_check(
                workload, outcomes[router.name], outcomes[floor.name]):
            bound = bounds.get(workload.name, {}).get(what)
            if bound is None or figure is None:
                yield f"{workload.name}: {what}: nothing to compare"
            elif figure > bound * TOLERANCE if more_is_worse else figure < bound / TOLERANCE:
                yield f"{workload.name}: {what} is {figure:.2f}, the bound is {bound}"
