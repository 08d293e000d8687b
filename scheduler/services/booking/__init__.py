"""Taking time: the planner asked and answered, times held and claimed, series and visits booked."""
