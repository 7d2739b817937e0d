# HTTP/3 by Chromium against Caddy: QUIC 1, a hello over several Initial packets.
cat > "$lab/Caddyfile" <<CONF
{
  admin off
  auto_https off
  servers {
    protocols h1 h2 h3
  }
}
https://www.example.test:443 {
  tls $lab/cert.pem $lab/key.pem
  respond "hello over quic"
}
CONF
in_server env HOME="$lab" caddy run --config "$lab/Caddyfile" --adapter caddyfile > "$lab/caddy.log" 2>&1 &
wait_for_port 443
spki=$(openssl x509 -in "$lab/cert.pem" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
start_capture quic wct0 udp port 443
in_client timeout 20 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$lab/chromium" --no-first-run --disable-background-networking \
  --disable-component-update --host-resolver-rules="MAP www.example.test $server4" --origin-to-force-quic-on=www.example.test:443 \
  --ignore-certificate-errors-spki-list="$spki" --dump-dom https://www.example.test/ > "$lab/dom" 2> "$lab/chromium.log" || true
stop_capture quic
