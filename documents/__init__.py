"""Official papers: typed content, form of Decree 30/2020, numbers, signatures, verification."""
