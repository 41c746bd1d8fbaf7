#!/bin/sh
# Run once by the image of PostgreSQL: the two roles and the database.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v owner="$CLOSING_OWNER_PASSWORD" -v app="$CLOSING_APP_PASSWORD" <<'SQL'
CREATE ROLE closing_owner LOGIN CREATEROLE PASSWORD :'owner';
CREATE ROLE closing_app LOGIN PASSWORD :'app';
CREATE DATABASE closing OWNER closing_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
SQL
