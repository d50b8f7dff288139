"""`python -m tests.benchmarks`: every benchmark of this folder, then its figures beside their targets."""

import sys
from importlib import import_module
from pkgutil import iter_modules

from rich.console import Console
from rich.table import Table

from tests import benchmarks
from tests.benchmarks.figures import Figure


def measured() -> dict[str, list[Figure]]:
    """The figures of every module that has a `main`."""
    found = {}
    for module in sorted(module.name for module in iter_modules(benchmarks.__path__)):
        if module != "__main__":
            main = getattr(import_module(f"{benchmarks.__name__}.{module}"), "main", None)
            if main is not None:
                found[module] = list(main())
    return found


def main() -> int:
    table = Table(title="Benchmarks")
    for heading in ("Benchmark", "Figure", "Measured", "Target", ""):
        table.add_column(heading, justify="right" if heading in ("Measured", "Target") else "left")
    figures = measured()
    for benchmark, its in figures.items():
        for figure in its:
            verdict = "" if figure.target is None else "met" if figure.met else "MISSED"
            table.add_row(benchmark, figure.name, figure.value_text, figure.target_text, verdict)
    Console().print(table)
    return 0 if all(figure.met for its in figures.values() for figure in its) else 1


if __name__ == "__main__":
    sys.exit(main())
