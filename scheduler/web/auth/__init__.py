"""Who comes in: sign-in, passwords, idle log-off, and the clinic that one looks at."""
