"""What every service holds on one person, gathered for that person (Article 15 of the UK GDPR)."""
