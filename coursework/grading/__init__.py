"""Students' code is run out of process and scored by what it answers; the README beside it says how and how safely."""
