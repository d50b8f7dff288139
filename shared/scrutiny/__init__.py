"""What internal scrutiny asks of every log: who did which two acts, what was overridden and let go, who saw what."""
