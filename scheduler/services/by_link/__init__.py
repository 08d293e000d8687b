"""What a patient does behind a link, without a password."""
