# DNS over UDP and TCP: addresses, aliases, mail, text, service, reverse, a name that is not, a server that is not there.
start_dnsmasq
start_capture dns
for query in "www.example.test A" "www.example.test AAAA" "web.example.test A" "example.test MX" "example.test TXT" \
  "_ssh._tcp.example.test SRV" "absent.example.test A" "WwW.eXaMpLe.TeSt A"; do
  in_client dig +noall +tries=1 @$server4 $query
done
in_client dig +noall -x $server4 @$server4
in_client dig +noall +tcp @$server4 www.example.test A example.test TXT
in_client dig +noall @$server6 www.example.test AAAA
in_client dig +noall +tries=1 +time=1 -p 5300 @$server4 nobody.example.test A || true
stop_capture dns
