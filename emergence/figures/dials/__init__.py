"""Live figures of the chapter *One dial at a time*."""
