# DTLS 1.2 with a cookie and a hello in fragments, DTLS 1.0, and a hello that finds the port closed: OpenSSL on both sides.
start_capture dtls
dtls() { in_client timeout 4 bash -c "sleep 1 | openssl s_client -connect $server4:4433 $*" > /dev/null 2>&1 || true; }
# It takes one client and ends.
serve_dtls() {
  in_server openssl s_server -dtls -listen -accept 4433 -cert "$lab/cert.pem" -key "$lab/key.pem" -alpn coap -cipher DEFAULT:@SECLEVEL=0 \
    < <(sleep 5) > /dev/null 2>&1 &
  until in_server ss -Hlnu 'sport = :4433' | grep -q .; do sleep 0.05; done
}
serve_dtls
dtls -dtls1_2 -servername www.example.test -alpn coap -mtu 256
serve_dtls
dtls -dtls1 -cipher DEFAULT:@SECLEVEL=0
dtls -dtls1_2 -servername closed.example.test
stop_capture dtls
