# FreeTDS and impacket against a server of TDS: logins taken and refused, by password and NTLM, statements that read and are wrong.
in_server /usr/bin/python3 "$here/tds.py" $server4 > /dev/null 2>&1 &
wait_for_port 1433
printf '[lab]\nhost = %s\nport = 1433\ntds version = 7.4\n' $server4 > "$lab/freetds.conf"
start_capture tds
tsql_lab() { printf '%s\ngo\nquit\n' "$1" | in_client env FREETDSCONF="$lab/freetds.conf" timeout 20 tsql -S lab -U ann -P "$2" "${@:3}" > /dev/null 2>&1 || true; }
tsql_lab 'select n from t' ann-secret -D shop
tsql_lab 'select n from absent' ann-secret
tsql_lab 'select 1' wrong
in_client /usr/bin/python3 - $server4 > /dev/null 2>&1 <<'PY' || true
from impacket import tds
import sys
for windows in (False, True):
    client = tds.MSSQL(sys.argv[1], 1433)
    client.connect()
    if client.login('shop', 'ann', 'ann-secret', 'LAB' if windows else '', None, windows):
        client.sql_query('select n from t')
    client.disconnect()
PY
in_client nmap -n -Pn -sT -p 1433 --script ms-sql-info $server4 > /dev/null
stop_capture tds
