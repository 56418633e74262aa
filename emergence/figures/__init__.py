"""The live figures, one module for each, in a package per chapter: `emergence.figures.<chapter>.<figure>`."""
