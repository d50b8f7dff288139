"""What every service shows of its seal, and of who read what: rows of each table of roles. Auditors alone read it."""

READS: dict[str, set[str]] = {
    "/v1/checkpoints": set(),
    "/v1/checkpoints/{size}": set(),
    "/v1/checkpoints/{size}/consistency?from_size=1": set(),
    "/v1/events/{position}/proof": set(),
    "/v1/access-log": set(),
}
IDS = {"size": "1", "position": "1"}
