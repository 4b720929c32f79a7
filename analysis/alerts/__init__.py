"""Is it news: weekly counts of each theme, tests with a stated rate of false alarms, and the life of an alert."""
