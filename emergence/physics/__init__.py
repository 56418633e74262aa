"""Models of the first part: magnets, their symmetry and its breaking."""
