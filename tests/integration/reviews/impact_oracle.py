"""Impact statistics worked out anew, by loops over the facts: no view, no arrays, no state of the domain.

It knows the facts by their names and fields, and the definitions as they are published.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from shared.eventstore.fact import Fact

BENEFITS = (
    "pupil_attainment",
    "teaching_and_learning",
    "pupil_understanding",
    "staff_confidence",
    "reflective_practice",
    "recruitment_retention",
)


class Count(NamedTuple):
    """Above and below the line, and whose it is."""

    above: int
    below: int | None
    people: int


class Request:
    """What is left of a request, or an agreement without one, after all that was heard of it."""

    def __init__(self) -> None:
        self.said: Any = None
        self.decisions: list[Any] = []
        self.withdrawn = 0
        self.holders: dict[str, str] = {}
        self.off: set[str] = set()
        self.costs: dict[int, Any] = {}
        self.tied = False

    @property
    def approval(self) -> Any:
        granted = [each for each in self.decisions if named(each) in ("ApprovalNoted", "AgreementNoted")]
        return max(granted, key=lambda each: each.told, default=None)

    @property
    def participants(self) -> list[str]:
        its = self.approval
        if its is None:
            return []
        return [its.staff_id] if named(its) == "AgreementNoted" else list(its.participants)

    def taking_part(self) -> set[str]:
        if self.approval is None or self.approval.told < self.withdrawn:
            return set()
        return set(self.participants) - {self.holders[each] for each in self.off if each in self.holders}

    def spent(self) -> int:
        gross = max(0, sum(each.amount_pence for each in self.costs.values()))
        percent = 100 if self.approval is None else self.approval.funded_percent
        return int(Fraction(gross * percent, 100) + Fraction(1, 2))

    def spent_by_person(self) -> dict[str, int]:
        common, own = 0, defaultdict(int)
        for cost in self.costs.values():
            if cost.agreement_id in self.holders:
                own[self.holders[cost.agreement_id]] += cost.amount_pence
            else:
                common += cost.amount_pence
        weights = shared_out(max(0, common), dict.fromkeys(self.participants, 1))
        for staff_id in set(self.holders.values()):
            weights[staff_id] = weights.get(staff_id, 0) + own[staff_id]
        return shared_out(self.spent(), {each: max(0, weight) for each, weight in weights.items()})


def shared_out(pence: int, weights: dict[str, int]) -> dict[str, int]:
    """In proportion; the pennies left go to the largest remainders, of equal ones to the first by name."""
    if not weights:
        return {}
    if sum(weights.values()) == 0:
        weights = dict.fromkeys(weights, 1)
    exact = {name: Fraction(pence * weight, sum(weights.values())) for name, weight in weights.items()}
    given = {name: int(part) for name, part in exact.items()}
    rest = sorted(weights, key=lambda name: (-(exact[name] - given[name]), name))
    for name in rest[: pence - sum(given.values())]:
        given[name] += 1
    return given


def named(fact: Fact) -> str:
    return type(fact).__name__


class Oracle:
    """What is known at an instant, as on a day of a year."""

    def __init__(self, facts: Sequence[Fact], known_at: datetime, year: str, on: date) -> None:
        self.facts: list[Any] = [fact for fact in facts if fact.recorded_at <= known_at]
        self.first, self.last = date(int(year[:4]), 9, 1), date(int(year[:4]) + 1, 8, 31)
        self.until = min(self.last, on)
        self.requests: dict[str, Request] = defaultdict(Request)
        for fact in self.facts:
            if hasattr(fact, "undertaking_id"):
                self._hear(self.requests[fact.undertaking_id], fact)
        self.spells = self._spells()
        self.activities = self._activities()
        self.deliveries = self._deliveries()

    def _hear(self, its: Request, fact: Any) -> None:
        name = named(fact)
        if name in ("RequestNoted", "AgreementNoted") and (its.said is None or fact.told > its.said.told):
            its.said = fact
        if name in ("ApprovalNoted", "AgreementNoted", "DecisionNoted"):
            its.decisions.append(fact)
        if name == "AgreementNoted":
            its.holders = {fact.undertaking_id: fact.staff_id}
        elif name == "AgreementTied":
            its.tied = True
        elif name == "HolderNoted":
            its.holders[fact.agreement_id] = fact.staff_id
        elif name == "CallOffNoted":
            its.off.add(fact.agreement_id)
        elif name == "WithdrawalNoted":
            its.withdrawn = max(its.withdrawn, fact.told)
        elif name == "CostNoted":
            its.costs.setdefault(fact.told, fact)

    # People

    def _spells(self) -> list[dict[str, Any]]:
        jobs: dict[tuple[str, str], dict[str, Any]] = {}
        for fact in self.facts:
            if named(fact) not in ("EmploymentStated", "EmploymentEnded", "EmploymentResumed"):
                continue
            job = jobs.setdefault((fact.staff_id, fact.employment_id), {"places": {}, "ends": None})
            if named(fact) == "EmploymentEnded":
                job["ends"] = fact.on
            elif named(fact) == "EmploymentResumed":
                job["ends"] = None
            else:
                place = (fact.school_urn, fact.role_category or "unknown")
                if job["places"] and job["places"][max(job["places"])] == place:
                    del job["places"][max(job["places"])]
                job["places"][fact.placed_on or fact.on] = place
        found = []
        for (staff_id, _), job in jobs.items():
            days = sorted(job["places"])
            for day, following in zip(days, [*days[1:], None], strict=True):
                last = date.max if following is None else following - timedelta(days=1)
                last = min(last, job["ends"] or date.max)
                school, role = job["places"][day]
                up = (
                    following is not None
                    and following <= (job["ends"] or date.max)
                    and rank(job["places"][following][1]) > rank(role) > 0
                )
                if day <= last:
                    found.append(
                        {"who": staff_id, "school": school, "role": role, "first": day, "last": last, "up": up}
                    )
        ends = {(staff_id, job["ends"]) for (staff_id, _), job in jobs.items()}
        for spell in found:
            goes_on = any(
                other["who"] == spell["who"]
                and other["last"] > spell["last"]
                and other["first"] <= spell["last"] + timedelta(days=1)
                for other in found
            )
            spell["left"] = (spell["who"], spell["last"]) in ends and not goes_on
        return found

    def _standing(self, staff_id: str) -> dict[str, Any] | None:
        """The spell that says where and as what a person is, on the last day."""
        mine = [spell for spell in self.spells if spell["who"] == staff_id]
        there = [each for each in mine if each["first"] <= self.until <= each["last"]]
        begun = [each for each in mine if each["first"] <= self.until]
        if there or begun:
            return max(there or begun, key=lambda each: (each["first"], each["last"]))
        return min(mine, key=lambda each: (each["first"], -each["last"].toordinal()), default=None)

    def role(self, staff_id: str) -> str:
        spell = self._standing(staff_id)
        return "unknown" if spell is None else str(spell["role"])

    def employed(self) -> dict[str, str]:
        """The school of each person employed on the last day."""
        those = {each["who"] for each in self.spells if each["first"] <= self.until <= each["last"]}
        return {staff_id: self._standing(staff_id)["school"] for staff_id in those}  # type: ignore[index]

    # What they did

    def _activities(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for fact in self.facts:
            name = named(fact)
            if name in ("ActivityLogged", "LoggedActivityCorrected", "ActivityNoted"):
                its = found.setdefault(
                    fact.activity_id,
                    {
                        "who": fact.staff_id,
                        "school": fact.school_urn,
                        "type": fact.activity_type,
                        "day": None,
                        "said": {},
                        "request": None,
                        "agreements": [],
                        "by": None,
                    },
                )
                if name == "ActivityNoted":
                    its["request"] = its["request"] or fact.request_id
                    its["agreements"] += [fact.agreement_id] if fact.agreement_id else []
                    if not (its["by"] == "requests" and fact.source != "requests"):
                        its["by"], its["type"] = fact.source, fact.activity_type
                else:
                    its["type"] = fact.activity_type
            elif name in ("EvaluationRequested", "EvaluationMoved", "EvaluationReopened"):
                found[fact.activity_id]["day"] = fact.completed_on
            elif name == "EvaluationWithdrawn":
                found[fact.activity_id]["day"] = None
            elif name in ("EvaluationSubmitted", "EvaluationCorrected"):
                found[fact.activity_id]["said"][fact.stage] = fact
        for id_, its in found.items():
            its["of"] = its["request"] or (min(its["agreements"]) if its["agreements"] else id_)
        return found

    def _deliveries(self) -> list[Any]:
        found: dict[str, Any] = {}
        for fact in self.facts:
            if named(fact) in ("DisseminationDelivered", "DeliveryCorrected"):
                found[fact.dissemination_id] = fact
            elif named(fact) == "DisseminationCancelled":
                found.pop(fact.dissemination_id, None)
        return [each for each in found.values() if self.first <= each.delivered_on <= self.until]

    def completed(self) -> list[dict[str, Any]]:
        done = [its for its in self.activities.values() if its["day"] is not None]
        return [its for its in done if self.first <= its["day"] <= self.until]

    def in_year(self) -> dict[str, Request]:
        those = {id_: its for id_, its in self.requests.items() if its.said is not None and not its.tied}
        return {id_: its for id_, its in those.items() if self.first <= its.said.starts_on <= self.last}

    # Groups

    def groups(self, by: str, of: str, who: str, type_: str) -> list[str]:
        """Into which groups something falls that follows from a request, is about a person, and of a type."""
        request = self.requests.get(of)
        said = request.said if request is not None and request.said is not None else None
        said = said if said is not None and named(said) == "RequestNoted" else None
        if by == "role_category":
            return [self.role(who)]
        if by == "activity_type":
            return [type_]
        if by == "provider":
            name = said.provider if said is not None else ""
            return [{"": "none named", "all": '"all"'}.get(name, name)]
        if by == "priority":
            return list(dict.fromkeys(said.priority_ids)) or ["none linked"] if said is not None else ["none linked"]
        return []

    def counts(self, by: str) -> dict[tuple[str, str, str], Count]:
        """By figure, school ("" for the trust) and group ("all" for everybody's)."""
        table = _Table()
        for id_, its in self.in_year().items():
            said = its.said
            where = (said.school_urn, [*self.groups(by, id_, said.staff_id, said.activity_type), "all"])
            if named(said) == "RequestNoted":
                table.add("requests", where, 1, None, said.staff_id)
                final = [each for each in its.decisions if getattr(each, "outcome", "approved") != "deferred"]
                if final:
                    table.add("approvals", where, int(its.approval is not None), 1, said.staff_id)
            taking, spent = its.taking_part(), its.spent_by_person()
            for staff_id in taking | {each for each, pence in spent.items() if pence}:
                part = (said.school_urn, [*self.groups(by, id_, staff_id, said.activity_type), "all"])
                table.add("spend_pence", part, spent.get(staff_id, 0), None, staff_id)
                table.add_head("paid", part, staff_id)
                if staff_id in taking:
                    table.add_head("taking", part, staff_id)
                    table.add_head("here", (None, part[1]), staff_id)
        for its in self.completed():
            where = (its["school"], [*self.groups(by, its["of"], its["who"], its["type"]), "all"])
            table.add("completions", where, 1, None, its["who"])
            table.add("evaluation_rate", where, int(bool(its["said"])), 1, its["who"])
            table.add_head("here", (None, where[1]), its["who"])
            for said in its["said"].values():
                for benefit, rating in said.benefits.items():
                    named_too = [benefit, "all"] if by == "benefit" else where[1]
                    table.add("benefit_rating", (where[0], named_too), rating, 1, its["who"])
        for each in self.deliveries:
            of = self.activities[each.activity_id]
            known = of if of in self.completed() else {"of": "", "type": "unknown"}
            where = (each.school_urn, [*self.groups(by, known["of"], each.staff_id, known["type"]), "all"])
            table.add("dissemination_reach", where, each.reached, None, None, heads=each.reached)
        found = table.counted()
        self._money(found, table)
        self._participation(found, table, by)
        return found

    def changes(self, by: str, school: str | None, group: str) -> list[float]:
        """How the confidence of each person of a group changed: the mean of what was said of each activity."""
        changed = defaultdict(list)
        for its in self.completed():
            groups = ("all", *self.groups(by, its["of"], its["who"], its["type"]))
            if school not in (None, its["school"]) or group not in groups:
                continue
            for said in its["said"].values():
                if said.confidence_before is not None and said.confidence_after is not None:
                    changed[its["who"]].append(said.confidence_after - said.confidence_before)
        return [sum(each) / len(each) for each in changed.values()]

    def _money(self, found: dict[tuple[str, str, str], Count], table: "_Table") -> None:
        for (figure, school, group), count in list(found.items()):
            if figure == "spend_pence":
                taking = len(table.people["taking", school, group])
                people = taking or len(table.people["paid", school, group])
                found[figure, school, group] = Count(count.above, None, people)
                found["cost_per_participant_pence", school, group] = Count(count.above, taking, people)

    def _participation(self, found: dict[tuple[str, str, str], Count], table: "_Table", by: str) -> None:
        employed = self.employed()
        groups = {group for (name, _, group) in table.people if name == "here"} | {"all"}
        if by == "role_category":
            groups |= {self.role(staff_id) for staff_id in employed}
        for school in ("", *set(employed.values())):
            here = {each for each, its in employed.items() if school in ("", its)}
            for group in groups:
                those = {each for each in here if by != "role_category" or group in ("all", self.role(each))}
                part = table.people["here", "", group] & those
                found["participants", school, group] = Count(len(part), len(those), len(those))
                if group == "all" or by == "role_category":
                    without = len(those) - len(part)
                    found["without_participation", school, group] = Count(without, len(those), len(those))


class _Table:
    """Sums and sets of people, for the school and for the trust."""

    def __init__(self) -> None:
        self.sums: dict[tuple[str, str, str], list[int | None]] = {}
        self.people: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self.heads: dict[tuple[str, str, str], int] = defaultdict(int)

    def add(  # noqa: PLR0917
        self, figure: str, where: tuple[str, list[str]], above: int, below: int | None, who: str | None, heads: int = 0
    ) -> None:
        for school in (where[0], ""):
            for group in where[1]:
                key = (figure, school, group)
                total = self.sums.setdefault(key, [0, None if below is None else 0])
                total[0] = (total[0] or 0) + above
                if below is not None:
                    total[1] = (total[1] or 0) + below
                self.heads[key] += heads
                if who is not None:
                    self.people[key].add(who)

    def add_head(self, name: str, where: tuple[str | None, list[str]], who: str) -> None:
        for school in {where[0], ""} - {None}:
            for group in where[1]:
                self.people[name, str(school), group].add(who)

    def counted(self) -> dict[tuple[str, str, str], Count]:
        return {
            key: Count(total[0] or 0, total[1], len(self.people[key]) + self.heads[key])
            for key, total in self.sums.items()
        }


def rank(role: str) -> int:
    """How high a role is; 0 for those of which nothing is higher or lower."""
    return {"support": 1, "teaching_assistant": 1, "teacher": 2, "leadership": 3}.get(role, 0)


def staying(
    its: Oracle, school: str | None, role: str | None, event: str, *, trained: bool, least: int
) -> tuple[int, int, float] | None:
    """People at risk, events and the estimate, counted day by day; None where few are ever at risk together."""
    people, events, value, begun = set(), 0, 1.0, False
    for among, happened in _by_day(its, school, role, event, trained=trained):
        people |= set(among)
        events += happened
        begun = begun or len(among) >= least
        if begun and among:
            value *= 1 - happened / len(among)
    return (len(people), events, value) if begun else None


def differing(its: Oracle, school: str | None, role: str | None, event: str) -> float | None:
    """The log-rank statistic of the trained against the untrained: observed less expected events, over its spread."""
    observed_less_expected, variance = 0.0, 0.0
    sides = (_by_day(its, school, role, event, trained=trained) for trained in (True, False))
    for (trained, theirs), (untrained, others) in zip(*sides, strict=True):
        among, events = len(trained) + len(untrained), theirs + others
        if events and among > 1:
            share = len(trained) / among
            observed_less_expected += theirs - events * share
            variance += events * share * (1 - share) * (among - events) / (among - 1)
    return observed_less_expected / variance**0.5 if variance else None


@lru_cache(maxsize=64)  # of one oracle: each comparison asks again what the estimates of both sides did
def _by_day(
    its: Oracle, school: str | None, role: str | None, event: str, *, trained: bool
) -> list[tuple[list[str], int]]:
    """Of each day of the year who was at risk, once for each spell, and to how many it happened."""
    since = date(its.first.year - 1, 9, 1)
    done: dict[str, date] = {}
    for each in its.activities.values():
        if each["day"] is not None and since <= each["day"] <= its.until:
            done[each["who"]] = min(done.get(each["who"], each["day"]), each["day"])
    spells = [
        (spell["first"], spell["last"], done.get(spell["who"], date.max), spell)
        for spell in its.spells
        if school in (None, spell["school"]) and role in (None, spell["role"])
    ]
    found, day = [], its.first
    while day <= its.until:
        among = [each for first, last, done_on, each in spells if first <= day <= last and (day > done_on) == trained]
        happened = [each for each in among if each["last"] == day and each["left" if event == "left" else "up"]]
        found.append(([each["who"] for each in among], len(happened)))
        day += timedelta(days=1)
    return found
