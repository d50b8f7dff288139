"""HTTP: schemas, shapes, one module a resource; no rules."""
