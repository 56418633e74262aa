"""The book's other forms, EPUB and PDF: made from the pages of the built site, and offered on it."""
