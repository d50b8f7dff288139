"""A person's texts forgotten for good once they need not be kept, and what stands against it: money owed, a hold."""
