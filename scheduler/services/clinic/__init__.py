"""The clinic itself: its people, chairs, hours, protocols and settings."""
