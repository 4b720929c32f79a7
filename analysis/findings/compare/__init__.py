"""What differs: between groups of customers, and before and after a release."""
