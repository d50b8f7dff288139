"""What internal scrutiny asks of this service's log."""

from services.agreements.domain.agreement_facts import AgreementDrafted, AgreementSigned
from services.agreements.domain.repayment_facts import (
    RepaymentConfirmed,
    RepaymentRequired,
    RepaymentWaived,
    RepaymentWrittenOff,
)
from services.agreements.letters import ERASURE, LETTERS, PositionRewound
from shared.scrutiny.operators import operators_overrides
from shared.scrutiny.rules import Duty, LetGo, Override, Scrutiny

REQUIRED = (RepaymentRequired,)
OF = "repayment_id"

SCRUTINY = Scrutiny(
    duties=(
        Duty("required, then waived", first=REQUIRED, second=(RepaymentWaived,), field=OF),
        Duty("required, then written off", first=REQUIRED, second=(RepaymentWrittenOff,), field=OF),
        Duty(
            "required, confirmed, waived or written off one's own",
            second=(*REQUIRED, RepaymentConfirmed, RepaymentWaived, RepaymentWrittenOff),
        ),
        Duty(
            "drafted, then signed for the person",
            first=(AgreementDrafted,),
            second=(AgreementSigned,),
            field="agreement_id",
            kept=False,
        ),
    ),
    overrides=(
        Override("waived", RepaymentWaived),
        Override("written off", RepaymentWrittenOff),
        Override("hold confirmed", RepaymentConfirmed),
        *operators_overrides(LETTERS, PositionRewound, ERASURE),
    ),
    let_go=(LetGo("waived", RepaymentWaived), LetGo("written off", RepaymentWrittenOff)),
)
