"""HTTP of the agreements service: what comes in, what goes out, one module a resource; no rules."""
