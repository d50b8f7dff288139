"""`python -m tests.benchmarks [NAME [ARGUMENT]…]`: one benchmark of this folder, or every one, beside their targets.

A process that helps one loads nothing of this module, as one that helps `cpd` loads nothing of `shared.__main__`.
"""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from rich.console import Console
from rich.table import Table

from tests import benchmarks
from tests.benchmarks.figures import Figure


def measured(asked: Sequence[str]) -> Mapping[str, Sequence[Figure]]:
    """The figures of the benchmark named first, with the arguments that follow; without a name, of every one."""
    if asked:
        name, *arguments = asked
        return {name: list(_module(name).main(*arguments))}
    names = sorted(module.name for module in iter_modules(benchmarks.__path__) if module.name != "__main__")
    return {name: list(_module(name).main()) for name in names if hasattr(_module(name), "main")}


def _module(name: str) -> Any:
    return import_module(f"{benchmarks.__name__}.{name}")


def main() -> int:
    """Measure, and print a table. Gives 1 where a target was missed."""
    table = Table(title="Benchmarks")
    for heading in ("Benchmark", "Figure", "Measured", "Target", ""):
        table.add_column(heading, justify="right" if heading in ("Measured", "Target") else "left")
    figures = measured(sys.argv[1:])
    for benchmark, its in figures.items():
        for figure in its:
            verdict = "" if figure.target is None else "met" if figure.met else "MISSED"
            table.add_row(benchmark, figure.name, figure.value_text, figure.target_text, verdict)
    Console().print(table)
    return 0 if all(figure.met for its in figures.values() for figure in its) else 1


if __name__ == "__main__":
    sys.exit(main())
