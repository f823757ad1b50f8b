"""What pages and services read."""
