"""Is it news: the alerts of a period and their life from week to week, and what came of what was done."""
