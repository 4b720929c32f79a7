"""What one digest speaks of: its period, the rows of it and of the one before, whom a record counts for."""
