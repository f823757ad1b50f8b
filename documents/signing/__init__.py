"""Signatures in PDF files (PAdES): where keys live, how a field is signed, which roots are trusted."""
