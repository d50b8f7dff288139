"""One agreement's life, played against the running services and told as it happens."""
