# TLS of a server outside the network: a certificate that is expired, one that is not valid yet, a short key, TLS 1.0, and a cipher that hides
# nothing; each signed by itself. A sound certificate, also signed by itself, is no finding.
open_outside
# certificate NAME TIME BITS: valid for 30 days from TIME on.
certificate() {
  faketime -f "$2" openssl req -x509 -newkey "rsa:$3" -nodes -keyout "$lab/$1.key" -out "$lab/$1.crt" -days 30 -subj "/CN=$1.example.test" 2> /dev/null
}
certificate sound -1d 2048
certificate expired -400d 2048
certificate early +400d 2048
certificate short -1d 1024
# tls_server PORT CERTIFICATE [options]
tls_server() {
  in_server openssl s_server -accept "$outside4:$1" -key "$lab/$2.key" -cert "$lab/$2.crt" -www -quiet "${@:3}" > /dev/null 2>&1 &
  wait_for_port "$1"
}
tls_server 443 sound -tls1_2
tls_server 4431 expired -tls1_2
tls_server 4432 early -tls1_2
tls_server 4433 short -tls1_2 -cipher DEFAULT@SECLEVEL=0
tls_server 4434 sound -tls1 -cipher DEFAULT@SECLEVEL=0
tls_server 4435 sound -tls1_2 -cipher NULL-SHA256:@SECLEVEL=0
# tls_client PORT [options]
tls_client() {
  printf 'GET / HTTP/1.0\r\n\r\n' | in_client timeout 5 openssl s_client -connect "$outside4:$1" -ign_eof "${@:2}" > /dev/null 2>&1 || true
}
start_capture weak-tls
tls_client 443
tls_client 4431
tls_client 4432
tls_client 4433 -cipher DEFAULT@SECLEVEL=0
tls_client 4434 -tls1 -cipher DEFAULT@SECLEVEL=0
tls_client 4435 -tls1_2 -cipher NULL-SHA256:@SECLEVEL=0
stop_capture weak-tls
close_outside
