"""Documents for people: pages for the screen and the printer, and PDF."""
