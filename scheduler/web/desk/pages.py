"""Every module of the desk's pages; importing this one hangs their views on the blueprint."""
