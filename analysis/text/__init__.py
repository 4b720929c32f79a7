"""Comments as words: clauses, languages, copies, what names nothing, VADER with the service lists, vectors."""
