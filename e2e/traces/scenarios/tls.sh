# TLS 1.2 and 1.3 with server names and ALPN, a resumed session of each, HelloRetryRequest, a refused version, no server name.
start_nginx
start_capture tls
resolve="--resolve www.example.test:443:$server4 --resolve www.example.test:8443:$server4"
in_client curl -sk -o /dev/null $resolve https://www.example.test/
in_client curl -sk -o /dev/null $resolve https://www.example.test:8443/index.html
in_client curl -sk -o /dev/null https://$server4:8443/
for port in 443 8443; do
  in_client bash -c "printf 'GET / HTTP/1.0\r\n\r\n' | openssl s_client -quiet -ign_eof -connect $server4:$port -servername mail.example.test -sess_out $lab/session-$port" > /dev/null 2>&1
  in_client bash -c "printf 'GET / HTTP/1.0\r\n\r\n' | openssl s_client -quiet -ign_eof -connect $server4:$port -servername mail.example.test -sess_in $lab/session-$port" > /dev/null 2>&1
done
in_client bash -c "printf 'GET / HTTP/1.0\r\n\r\n' | openssl s_client -quiet -ign_eof -connect $server4:443 -servername retry.example.test -groups X448:P-256" > /dev/null 2>&1
in_client curl -sk -o /dev/null --tls-max 1.2 $resolve https://www.example.test/ || true
stop_capture tls
