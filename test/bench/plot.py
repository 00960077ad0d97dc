"""Draws how the cost of a message grows: one panel per Growth, one line per router."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as pyplot  # noqa: E402: after the choice of a backend without windows


def draw(path, curves, routers):
    """`curves`: (Growth, {router name: [outcome per point]}). The file's suffix is its format."""
    figure, panels = pyplot.subplots(1, len(curves), figsize=(4.5 * len(curves), 3.6), squeeze=False)
    for panel, (growth, outcomes) in zip(panels[0], curves):
        for router in reversed(routers):
            points = [(n, outcome.median("cpu_us_per_op"))
                      for (n, _), outcome in zip(growth.points, outcomes[router.name])
                      if outcome.runs]
            panel.plot(*zip(*points), marker="o", label=router.name)
        panel.set_title(growth.name)
        panel.set_xscale("log")
        panel.set_xlabel(growth.axis)
        panel.set_ylabel(growth.unit)
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.3)
        panel.legend()
    figure.tight_layout()
    figure.savefig(path)
