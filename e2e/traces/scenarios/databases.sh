# Redis, MariaDB and PostgreSQL: logins that succeed and fail, statements that read, write and are wrong.
start_databases
start_capture databases
redis_lab() { in_client redis-cli -h $server4 "$@" > /dev/null 2>&1 || true; }
redis_lab -a lab-secret SET greeting hello
redis_lab -a lab-secret GET greeting
redis_lab -a lab-secret LRANGE absent 0 -1
redis_lab -a wrong GET greeting
redis_lab GET greeting
maria_lab() { in_client mariadb --no-defaults --skip-ssl -h $server4 "$@" > /dev/null 2>&1 || true; }
maria_lab -u ann -pann-secret shop -e 'create table t (n int); insert into t values (1), (2); select * from t; select * from absent'
maria_lab -u ann -pwrong shop -e 'select 1'
psql_lab() { in_client env PGSSLMODE="${mode:-disable}" PGPASSWORD="$1" psql -h $server4 -U postgres "${@:2}" > /dev/null 2>&1 || true; }
psql_lab postgres-secret -c 'create table t (n int)' -c 'insert into t values (1), (2)' -c 'select * from t' -c 'select * from absent'
mode=prefer psql_lab postgres-secret -c 'select 1'
psql_lab wrong -c 'select 1'
stop_capture databases
