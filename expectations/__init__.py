"""WHAT IS GOOD DATA: the row suites of each kind. The only room that knows Great Expectations."""
