"""A payroll as the contract has it: outstanding replaces, never adds; it deducts what is outstanding and reports it."""

from dataclasses import dataclass

from services.agreements.domain.repayment_facts import RepaymentSent


@dataclass
class Payroll:
    """What payroll knows of one repayment from its messages, and from what it did itself since."""

    revision: int = 0
    outstanding_pence: int = 0
    refund_due_pence: int = 0
    about: tuple[object, ...] = ()

    def apply(self, message: RepaymentSent) -> None:
        """A message replaces what was known. Revisions rise by one, and each brings news."""
        assert message.revision == self.revision + 1
        about = (message.last_day, message.payroll_number, message.message == "RepaymentCancelled")
        known = (self.outstanding_pence, self.refund_due_pence, self.about)
        assert known != (message.outstanding_pence, message.refund_due_pence, about)
        self.revision = message.revision
        self.outstanding_pence = message.outstanding_pence
        self.refund_due_pence = message.refund_due_pence
        self.about = about

    def deduct(self, pence: int) -> None:
        self.outstanding_pence -= pence

    def give_back(self, pence: int) -> None:
        self.outstanding_pence += pence

    def refund(self, pence: int) -> None:
        self.refund_due_pence -= pence
