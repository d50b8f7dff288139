"""What each figure is: what is above the line, what below, who is left out. These sentences stand in every answer."""

LAST_DAY = "the last day (of the year, or of the figures where that comes first)"

DEFINITIONS = {
    "requests": (
        "requests, drafts left out, for activities that begin in the academic year; by role, that of who asks"
    ),
    "approvals": (
        "those of the requests that were approved at some time / those that were approved or declined at some time; "
        "undecided and deferred ones are left out"
    ),
    "spend_pence": (
        "the school's share, in pence, of costs recorded less refunds, of requests and of agreements without one, for "
        "activities that begin in the year, rounded once for each; by role, what each participant cost, shared costs "
        "in equal parts"
    ),
    "participants": (
        f"people employed on {LAST_DAY} who take part in an approved activity that begins in the year, or completed "
        "one in it by that day, logged ones among them / people employed on that day; requests that were withdrawn and "
        "trainings that were called off are left out, and who left a training early is not"
    ),
    "without_participation": (
        f"people employed on {LAST_DAY} who are not among the participants / people employed on that day"
    ),
    "completions": (
        "completed activities, each once for each person, by the day of completion, which is in the year and not after "
        "the day of the figures; logged ones are among them, and those imported from before this ledger was kept"
    ),
    "evaluation_rate": (
        "those of the completions of which any stage of the evaluation was submitted / completions; nobody is left "
        "out, whether exempt, gone or imported so late that they were never asked"
    ),
    "benefit_rating": (
        "the sum of the ratings (0 to 3) of benefits in submitted evaluations of the completions / the number of those "
        "ratings; benefits left blank are left out"
    ),
    "dissemination_reach": (
        "people reached by disseminations delivered in the year and not after the day of the figures; who is "
        "reached by two counts twice"
    ),
    "cost_per_participant_pence": (
        "what was spent / people who take part in approved activities that begin in the year, employed or not; what "
        "was only logged is left out"
    ),
    "retention": (
        f"the share of those employed in the trust who had not left it by {LAST_DAY}, from the first day of the year "
        "on, by Kaplan and Meier's estimate; a person is untrained until the day of their first completion in the year "
        "or the one before, and trained from the next day on; who joins, moves or is trained meanwhile is counted from "
        "or until that day. It is no ratio of counts: nothing stands above the line; below it, the people who were "
        "at risk at some time"
    ),
}
