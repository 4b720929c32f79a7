"""What all rooms share: records, findings, storage, privacy, errors. Knows no other room."""
