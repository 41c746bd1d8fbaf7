"""Operations of our own migrations: composite keys, laws, views."""
