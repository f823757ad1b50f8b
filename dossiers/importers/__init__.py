"""Reading exports of one-stop systems: pure, without a database, streaming, without personal data."""
