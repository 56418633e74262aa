"""Models of the part on limits: e, π, √2 and how fast they are reached."""
