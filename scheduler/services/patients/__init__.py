"""Patients: added, imported, asking for an appointment, called."""
