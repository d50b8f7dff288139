"""The log: facts with their context, the aggregates they belong to, and the recorders that keep them."""
