"""The live figures, one module per chapter. Importing a module declares its figures in the registry."""
