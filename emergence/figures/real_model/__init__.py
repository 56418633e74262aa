"""Live figures of the chapter *A real model on the bench*."""
