"""Freed times, offered one after another to those who wait."""
