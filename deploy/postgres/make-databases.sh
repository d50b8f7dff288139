#!/usr/bin/env bash
# One role and one database for each file NAME_database_password in the secrets' folder: cpd_NAME, closed to all others.
# Run by the official image when it makes a cluster; by hand, safe to run again: PGHOST=… PGUSER=postgres SECRETS=folder
set -euo pipefail
for file in "${SECRETS:-/run/secrets}"/*_database_password; do
  export file # read by psql itself, so that no list of processes shows it
  name=cpd_$(basename "$file" _database_password)
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${PGUSER:-${POSTGRES_USER:-postgres}}" --dbname postgres \
    --set name="$name" <<'SQL'
\set password `cat "$file"`
SET log_statement = 'none';
SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" PASSWORD :'password';
-- Sees how old others' transactions are: one left open anywhere in the cluster holds the readers of every log back.
GRANT pg_read_all_stats TO :"name";
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0', :'name', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
  echo "$name: role and database are there"
done
