"""Figures of the chapter *What emerges?*."""
