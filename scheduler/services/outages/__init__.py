"""Something is out: the courses that it hits, one plan for all of them, applied, offered, taken back."""
