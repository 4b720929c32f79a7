"""Tone and signals of clauses and comments: shipped heads, a project's own head, and how surely they read."""
