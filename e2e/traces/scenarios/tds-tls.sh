# FreeTDS against a server of TDS with a certificate: only the login encrypted (taken, refused), everything encrypted.
in_server /usr/bin/python3 "$here/tds.py" $server4 "$lab/cert.pem" "$lab/key.pem" > /dev/null 2>&1 &
wait_for_port 1433
for encryption in request require; do
  printf '[%s]\nhost = %s\nport = 1433\ntds version = 7.4\nencryption = %s\n' $encryption $server4 $encryption
done > "$lab/freetds.conf"
start_capture tds-tls
tsql_tls() { printf '%s\ngo\nquit\n' "$2" | in_client env FREETDSCONF="$lab/freetds.conf" timeout 20 tsql -S "$1" -U ann -P "$3" > /dev/null 2>&1 || true; }
tsql_tls request 'select n from t' ann-secret
tsql_tls request 'select 1' wrong
tsql_tls require 'select n from t' ann-secret
stop_capture tds-tls
