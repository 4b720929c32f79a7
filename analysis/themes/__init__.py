"""Themes: one fit, the life of the registry from week to week, parts of themes, stages of the journey."""
