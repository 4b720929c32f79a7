"""What is said of themes: pain points, praise, trends, wishes, and what they do to the scores."""
