"""What no OpenAPI document can say of the demonstration trust: which ids there are, and which of them go together."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import schemathesis

from shared.clock import utc_now
from shared.dates import academic_year, london_day
from shared.service import Service
from tests.e2e.product import Product
from tests.integration.agreements.story import hr_event

INBOX_TOPIC = "hr.staff.v1"
OWN_ACTS = ("/refusal", "/dispute")
"""Acts that are a person's own alone."""
Ids = Mapping[str, str]


def of_agreements(items: Mapping[str, Sequence[Any]]) -> list[Ids]:
    """Deductions go with their repayment, resignations with whose they are."""
    repayments = items["repayment_id"]
    taken = [(row["id"], one["deduction_id"]) for row in repayments for one in row["deductions"]]
    left = [(row["staff_id"], row["resignation_id"]) for row in repayments]
    return [
        *({"repayment_id": one, "deduction_id": other} for one, other in taken),
        *({"staff_id": one, "resignation_id": other} for one, other in left),
    ]


def of_requests(items: Mapping[str, Sequence[Any]]) -> list[Ids]:
    """A budget is of a school and a year."""
    year = academic_year(london_day(utc_now()))
    return [{"school_urn": urn, "academic_year": year} for urn in {row["school_urn"] for row in items["request_id"]}]


TOGETHER: dict[str, Callable[[Mapping[str, Sequence[Any]]], list[Ids]]] = {
    "agreements": of_agreements,
    "requests": of_requests,
}


class Known:
    """Ids that one service serves, to be put in place of made-up ones three times in four.

    `/v1/things` lists what `/v1/things/{thing_id}` shows, in any service; what else goes together is in `TOGETHER`.
    """

    def __init__(self, product: Product, service: Service) -> None:
        paths = product.get("/openapi.json", service=service.name)["paths"]
        lists = {path.rpartition("/")[0]: path[:-1].rpartition("{")[2] for path in paths if path.endswith("}")}
        found = {
            name: [item for item in product.get(f"{path}?limit=200", service=service.name)["items"] if "id" in item]
            for path, name in lists.items()
            if "{" not in path and "get" in paths.get(path, {})
        }
        self.operations = sum(len(methods.keys() - {"parameters"}) for methods in paths.values())
        every = [item for items in found.values() for item in items]
        self.chance = random.Random(20240901)  # noqa: S311  for tests
        self.items = found
        self.staff = sorted({item["staff_id"] for item in every if item.get("staff_id")})
        self.schools = sorted({item["school_urn"] for item in every if item.get("school_urn")})
        self.of_path: dict[str, list[str]] = {name: [item["id"] for item in items] for name, items in found.items()}
        self.of_path |= {
            "school_urn": self.schools,
            "staff_id": self.staff,
            "topic": sorted(topic.name for topic in service.topics if topic.written),
        }
        self.me = max(self.staff, key=lambda one: len({name for name in found if self._of(name, one)}))
        self.of_mine = {name: self._of(name, self.me) for name in found}
        self.together = TOGETHER.get(service.name, lambda _: [])(found)

    def fill(self, case: schemathesis.Case) -> None:
        """Name what there is; use a key once; leave cursors to the server."""
        if "Idempotency-Key" in case.headers or case.method != "GET":
            case.headers["Idempotency-Key"] = uuid4().hex
        case.query.pop("cursor", None)
        if isinstance(after := case.query.get("after"), str):
            case.query["after"] = after.partition("-")[0]
        if "min_position" in case.query:
            case.query["min_position"] = self.chance.randint(0, 100)
        case.body = _whole(case.body)
        if self.chance.random() < 0.75:
            case.headers.pop("If-Match", None)
            self._name_in_path(case)
            self._name_in_body(case)

    def _name_in_path(self, case: schemathesis.Case) -> None:
        ids = self.of_path | (self.of_mine if case.path.endswith(OWN_ACTS) else {})
        for name in case.path_parameters:
            if ids.get(name):
                case.path_parameters[name] = self.chance.choice(ids[name])
        if fitting := [one for one in self.together if one.keys() >= case.path_parameters.keys()]:
            whole = self.chance.choice(fitting)
            case.path_parameters.update({name: whole[name] for name in case.path_parameters})

    def _name_in_body(self, case: schemathesis.Case) -> None:
        staff_id, urn = self.chance.choice(self.staff), self.chance.choice(self.schools)
        if case.path.endswith("/inbox/{topic}"):
            case.path_parameters["topic"] = INBOX_TOPIC
            case.body = [hr_event("StaffJoined", staff_id, school_urn=urn)]
        if not isinstance(case.body, dict):
            return
        known: dict[str, Any] = {"staff_id": staff_id, "school_urn": urn}
        for name, items in self.items.items():
            if here := [item["id"] for item in items if item.get("school_urn") == urn]:
                one = self.chance.choice(here)
                known |= {name: one, f"{name}s": [one]}
        if "participants" in case.body:
            known["participants"] = [staff_id]
        case.body |= {name: known[name] for name in known.keys() & case.body.keys()}

    def _of(self, name: str, staff_id: str) -> list[str]:
        return [item["id"] for item in self.items[name] if item.get("staff_id") == staff_id]


def _whole(value: Any) -> Any:
    """JSON Schema takes 5.0 for an integer, and the service does not."""
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
