"""Networks that learn late to add, trained for the chapter *Watch it learn*."""
