"""Changing what is booked: moves and what they set in motion, calling off, recording, deciding at gates."""
