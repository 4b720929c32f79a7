"""TEXT IN, NUMBERS OUT: language, clauses, sentiment, themes, statistics. No database, no network."""
