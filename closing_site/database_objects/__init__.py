"""Functions, triggers and views of the database: declared by the apps, installed by a repeatable
step (``install``), compared by everything that serves (``version``)."""
