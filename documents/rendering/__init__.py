"""From content to a PDF/A-3a and PDF/UA-1 file in the form of Decree 30/2020, Annex I."""
