"""HTTP as every service speaks it: who may call, what is refused and how, commands, reads, health and metrics."""
