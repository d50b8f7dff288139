"""What `cpd import` brings into this service."""

from services.requests.imports.history import RequestsImport
from services.requests.imports.needs import NeedsImport
from services.requests.imports.plans import BudgetsImport, PrioritiesImport
from services.requests.runtime import NAME, open_runtime
from shared.imports import staff
from shared.imports.offered import Offered
from shared.imports.staff_streams import staff_import

PRIORITIES_HELP = """Import priorities of improvement plans.

Columns: import_ref (the row's own reference, for good), school_urn, plan_year, title; description, and
retired_because where the priority was taken out of the plan again.
"""
BUDGETS_HELP = """Import what each school has, or had, for the development of its staff.

Columns: school_urn, academic_year, allocated_pence. Another allocation than before corrects it, but for one below what
is committed and spent; a row that was imported before, exactly so, is passed over.
"""
NEEDS_HELP = """Import needs that are open: registered, and nobody has asked for training yet.

Columns: import_ref (the row's own reference, for good), school_urn, title, source, rank; staff_id where it is a
person's, estimated_pence, evidence, and priority_ref (of a priority's import) or priority_id.
"""
REQUESTS_HELP = """Import past requests with their decision, costs and completion, as they were.

Columns: import_ref (the row's own reference, for good), staff_id, school_urn, title, activity_type, sub_type, origin,
need_source, starts_on, ends_on, hours, benefit, provider, mandatory, apprenticeship; submitted_on; decision (approved,
declined) with decided_on, decided_by, authority and decision_reason, and of an approval funding and funded_percent;
completed_on or withdrawn_on. Priorities by priority_refs (of their import) or priority_ids, or priority_exception.

In CSV: purposes, participants, standards, priority_refs and priority_ids with semicolons between; fee_pence and so on
as asked for; paid_fee_pence and so on, with paid_on and paid_reference; details.NAME. In NDJSON: lists, cost_lines,
costs, refunds and details as in the HTTP interface.

No agreement is drafted from an imported request, and no budget refuses it.
"""

OFFERED = (
    Offered(NAME, staff.NAME, staff.HELP, open_runtime, staff_import),
    Offered(NAME, PrioritiesImport.name, PRIORITIES_HELP, open_runtime, PrioritiesImport),
    Offered(NAME, "budgets", BUDGETS_HELP, open_runtime, BudgetsImport),
    Offered(NAME, NeedsImport.name, NEEDS_HELP, open_runtime, NeedsImport),
    Offered(NAME, RequestsImport.name, REQUESTS_HELP, open_runtime, RequestsImport),
)
