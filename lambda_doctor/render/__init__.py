"""A report for each medium: one file a medium, each escapes for its own."""
