"""What is owed, decided, written, sent and answered."""
