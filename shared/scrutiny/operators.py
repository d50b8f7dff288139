"""What operators override in every service: messages given up, positions put back, holds, early erasures."""

from shared.erasure.record import ErasureFacts
from shared.messaging.letters import LetterFacts
from shared.messaging.rewind import Rewound
from shared.scrutiny.rules import Override


def operators_overrides(letters: LetterFacts, rewound: type[Rewound], erasure: ErasureFacts) -> tuple[Override, ...]:
    """By a service's own classes of these facts."""
    return (
        Override("dead letter dropped", letters.dropped),
        Override("dead letter retried", letters.retried),
        Override("topic rewound", rewound),
        Override("hold set", erasure.held),
        Override("hold lifted", erasure.lifted),
        Override("erased early", erasure.destroyed, lambda fact: fact.early, "because"),
    )
