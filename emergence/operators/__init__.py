"""Models of the part on operators: infinite products of layers."""
