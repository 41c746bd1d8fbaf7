"""Operations of our own migrations: composite keys."""
