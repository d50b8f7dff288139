"""Impact statistics: as an oracle counts them, now and as ever known; nothing of a small group shows."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import fmean, stdev
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t
from sqlalchemy import Engine

from services.reviews.domain.impact import Impact
from services.reviews.reports import statistics
from services.reviews.reports.statistics import Question, Statistics
from services.reviews.statistics.census import By
from services.reviews.views.counted import impact_view
from shared.projections.engine import views_engine, writing
from shared.projections.log import Entry
from shared.projections.positions import METADATA, POSITIONS
from shared.suppression import LEAST_PEOPLE, TOTAL, Cell
from tests.integration.reviews.impact_histories import BEGINNING, DAYS, SCHOOLS, history
from tests.integration.reviews.impact_oracle import Oracle, differing, staying
from tests.unit.shared.test_suppression import worked_out

GROUPS: tuple[By, ...] = ("role_category", "activity_type", "provider", "priority", "school", "benefit")
YEARS = ("2023-24", "2024-25")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Ground:
    """A view of what is counted, folded in batches like a live one."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.view = engine, impact_view()
        with writing(engine) as connection:
            METADATA.create_all(connection)
            self.view.table.create(connection)
            connection.execute(
                POSITIONS.insert().values(view=self.view.name, version=self.view.version, generation=1, position=0)
            )
        self.statistics = Statistics(engine, self.view)

    def fold(self, entries: Sequence[Entry]) -> None:
        with writing(self.engine) as connection:
            self.view.apply(
                connection, self.view.table, [each for each in entries if each[1].TOPIC in self.view.topics]
            )
            connection.execute(POSITIONS.update().values(position=entries[-1][0]))

    def rows(self) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return sorted(tuple(row) for row in connection.execute(self.view.table.select()))


@contextmanager
def grounded(seed: int) -> Iterator[tuple[Ground, list[Entry]]]:
    """A history that is folded in random batches, with the statistics asked for in between."""
    entries, chance = list(enumerate(history(seed), 1)), random.Random(seed)  # noqa: S311
    with TemporaryDirectory() as folder:
        engine, begun = views_engine(Path(folder) / "views.sqlite"), 0
        ground = Ground(engine)
        while begun < len(entries):
            size = chance.choice((1, 7, 60, 400))
            ground.fold(entries[begun : begun + size])
            for on, known_at in _instants(seed):  # some of them not yet come, as far as facts were told
                by, year, school = chance.choice(GROUPS), chance.choice(YEARS), chance.choice((None, *SCHOOLS))
                ground.statistics.impact(_question(by, year, on, school, known_at), NOW)
            begun += size
        yield ground, entries
        engine.dispose()


def _question(by: By, year: str, on: date, school: str | None, known_at: datetime | None = None) -> Question:
    return Question(school_urn=school, year=year, by=by, on=on, known_at=known_at)


def _instants(seed: int) -> list[tuple[date, datetime | None]]:
    """Now, a past month's end, and two instants of any time."""
    chance = random.Random(seed)  # noqa: S311  a sample, not a secret
    past = [
        datetime.combine(BEGINNING, datetime.min.time(), UTC) + timedelta(seconds=chance.randrange(DAYS * 86_400))
        for _ in range(2)
    ]
    cut = datetime(2024, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    return [(NOW.date(), None), (cut.date(), cut), *((each.date(), each) for each in past)]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_every_figure_is_what_an_oracle_counts_now_and_as_known_at_any_instant(seed: int):
    with grounded(seed) as (ground, entries):
        facts = [fact for _, fact in entries]
        for on, known_at in _instants(seed):
            for year in YEARS:
                oracle = Oracle(facts, known_at or NOW, year, on)
                for by in GROUPS:
                    counts = oracle.counts(by)
                    for school in (None, *SCHOOLS):
                        found = ground.statistics.impact(_question(by, year, on, school, known_at), NOW)
                        _agree(found, counts, school)
                        _agree_on_who_stays(found, oracle)
                        _agree_on_confidence(found, oracle)


def test_what_was_counted_as_known_at_an_instant_stands_where_later_facts_come(monkeypatch: pytest.MonkeyPatch):
    entries = list(enumerate(history(1), 1))
    half = len(entries) // 2
    with TemporaryDirectory() as folder:
        ground = Ground(engine := views_engine(Path(folder) / "views.sqlite"))
        ground.fold(entries[:half])
        known_at = entries[half][1].recorded_at - timedelta(microseconds=1)
        past = _question("priority", YEARS[0], known_at.date(), None, known_at)
        before = ground.statistics.impact(past, NOW)
        ground.fold(entries[half:])
        monkeypatch.setattr(statistics, "counted", lambda *_: pytest.fail("it was counted anew"))
        assert ground.statistics.impact(past, NOW) == before
        with pytest.raises(pytest.fail.Exception):
            ground.statistics.impact(_question("priority", YEARS[0], known_at.date(), None), NOW)
        engine.dispose()


def _agree(found: Impact, counts: dict, school: str | None) -> None:
    shown = 0
    for each in found.figures:
        if each.name == "retention":
            continue
        where = each.group.removeprefix("school ") if each.group.startswith("school ") else school or ""
        group = "all" if each.group.startswith("school ") else each.group
        count = counts.get((each.name, where, group))
        about = (each.name, where, group)
        if each.suppressed:
            assert (each.numerator, each.denominator, each.value) == (None, None, None), about
            continue
        expected = (0, each.denominator and 0) if count is None else (count.above, count.below)
        assert (each.numerator, each.denominator) == expected or (count is None and each.numerator == 0), about
        assert count is None or not 0 < count.people < LEAST_PEOPLE, about
        shown += 1
    for (name, where, group), count in counts.items():
        if where == (school or "") and count.people and (name != "participants" or count.above):
            if group != "all" and found.by == "school":
                continue
            assert any(each.name == name and each.group == group for each in found.figures), (name, where, group)


def _agree_on_who_stays(found: Impact, oracle: Oracle) -> None:
    if found.by not in ("role_category", "school") or found.school_urn not in (None, SCHOOLS[0]):
        return
    for each in found.survival:
        if each.suppressed:
            continue
        school = each.group.removeprefix("school ") if each.group.startswith("school ") else found.school_urn
        role = None if each.group == "all" or each.group.startswith("school ") else each.group
        counted = staying(oracle, school, role, each.event, trained=each.membership == "trained", least=LEAST_PEOPLE)
        assert counted is not None
        assert (each.people, each.events) == counted[:2]
        assert each.value == pytest.approx(counted[2], abs=5e-5)
        assert counted[0] >= LEAST_PEOPLE
    for each in found.comparisons:
        if found.school_urn is not None:
            continue
        school = each.group.removeprefix("school ") if each.group.startswith("school ") else None
        role = None if each.group == "all" or each.group.startswith("school ") else each.group
        sides = [staying(oracle, school, role, each.event, trained=trained, least=1) for trained in (True, False)]
        if each.p is None or min(side[0] for side in sides if side is not None) < LEAST_PEOPLE:
            assert (each.statistic, each.p) == (None, None)
            continue
        statistic = differing(oracle, school, role, each.event)
        assert statistic is not None
        assert (each.statistic, each.p) == pytest.approx((statistic, 2 * norm.sf(abs(statistic))), abs=6e-5)


def _agree_on_confidence(found: Impact, oracle: Oracle) -> None:
    for each in found.confidence:
        school = each.group.removeprefix("school ") if each.group.startswith("school ") else found.school_urn
        changes = oracle.changes(found.by, school, "all" if each.group.startswith("school ") else each.group)
        assert changes
        if each.suppressed:
            continue
        mean, spread = fmean(changes), stdev(changes) / len(changes) ** 0.5
        assert (each.people, each.mean) == (len(changes), pytest.approx(mean, abs=6e-5))
        assert each.people >= LEAST_PEOPLE
        if spread:
            bounds = t.interval(0.95, len(changes) - 1, mean, spread)
            assert (each.lower, each.upper) == pytest.approx(bounds, abs=6e-5)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_folded_live_or_made_anew_the_view_holds_the_same_rows(seed: int):
    with grounded(seed) as (ground, entries):
        by_stream = sorted(
            (each for each in entries if each[1].TOPIC in ground.view.topics),
            key=lambda each: (str(each[1].originator_id), each[0]),
        )
        assert ground.rows() == sorted(impact_view().rows(by_stream))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_who_adds_and_subtracts_all_that_is_published_finds_nothing_that_is_hidden(seed: int):
    with grounded(seed) as (ground, _):
        for year in YEARS:
            totals: set[tuple[str, str]] = set()
            tables = []
            for by in ("role_category", "activity_type", "provider", "benefit"):
                cells, hidden = _published(ground.statistics, by, year)
                tables.append((by, cells, hidden))
                totals |= {
                    (name, row) for name, its in cells.items() for row, column in its - hidden[name] if column == TOTAL
                }
            for by, cells, hidden in tables:
                for name, its in cells.items():
                    if all(column == TOTAL for _, column in its):
                        continue
                    unknown = {cell for cell in hidden[name] if cell[1] != TOTAL or (name, cell[0]) not in totals}
                    assert worked_out(its, unknown) == set(), (by, name)
                    assert unknown == hidden[name], (
                        by,
                        name,
                        "a total is shown beside one table and hidden beside another",
                    )


def _published(statistics: Statistics, by: By, year: str) -> tuple[dict[str, set[Cell]], dict[str, set[Cell]]]:
    """Of each figure that adds up, the cells that are told of, and those of them that are hidden."""
    cells: dict[str, set[Cell]] = {}
    hidden: dict[str, set[Cell]] = {}
    for school in (None, *SCHOOLS):
        for each in statistics.impact(_question(by, year, NOW.date(), school), NOW).figures:
            if each.name == "retention" or (each.name == "participants" and by != "role_category"):
                continue
            cell = (school or TOTAL, TOTAL if each.group == "all" else each.group)
            if each.suppressed or each.numerator or each.denominator:
                cells.setdefault(each.name, set()).add(cell)
                hidden.setdefault(each.name, set())
                if each.suppressed:
                    hidden[each.name].add(cell)
    return cells, hidden


def test_on_postgresql_every_figure_is_the_same(postgres_url: str):
    engine = views_engine(postgres_url)
    with grounded(7) as (in_a_file, entries):
        ground = Ground(engine)
        for begun in range(0, len(entries), 300):
            ground.fold(entries[begun : begun + 300])
            ground.statistics.year(_question("provider", "2023-24", NOW.date(), None))
        for on, known_at in _instants(7):
            for by in (*GROUPS, "academic_year"):
                asked = _question(by, "2023-24", on, None, known_at)
                assert ground.statistics.impact(asked, NOW) == in_a_file.statistics.impact(asked, NOW)
    engine.dispose()
