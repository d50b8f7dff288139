"""The roles that a token can name."""

from enum import StrEnum


class Role(StrEnum):
    """What a caller may be. `staff` is held by every person; `auditor` may every GET and nothing else."""

    STAFF = "staff"
    HEADTEACHER = "headteacher"
    FINANCE = "finance"
    HR_PLATFORM = "hr_platform"
    TRUST_EXECUTIVE = "trust_executive"
    PAYROLL = "payroll"
    SUBJECT_LEADER = "subject_leader"
    SLT = "slt"
    QUALITY_ASSURANCE = "quality_assurance"
    LINE_MANAGER = "line_manager"
    GOVERNOR = "governor"
    TRUST_ADMIN = "trust_admin"
    AUDITOR = "auditor"


SYSTEMS = frozenset({Role.HR_PLATFORM, Role.PAYROLL})
"""Roles of machines that send again on their own: their POSTs need an `Idempotency-Key`."""
