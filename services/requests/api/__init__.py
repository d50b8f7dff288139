"""HTTP of the requests service: what comes in, what goes out, one module a resource; no rules."""
