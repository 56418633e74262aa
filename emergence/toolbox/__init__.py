"""Models of the toolbox: norms, log axes, entropy, units of a loss, and errors of averages."""
