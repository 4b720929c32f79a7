"""What one closed period says: counts, scores, pain points, lists and service levels, each with its interval."""
