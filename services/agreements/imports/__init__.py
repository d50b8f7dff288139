"""What `cpd import` brings into this service."""
