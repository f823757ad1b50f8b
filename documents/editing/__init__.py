"""Editing a paper part by part in the browser: pure state, its operations, the way to content and back."""
