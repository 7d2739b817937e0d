# Fragmented datagrams: IPv4, and IPv6 with its fragment header; a UDP datagram in fragments that is refused.
start_capture fragments
in_client ping -q -c 2 -i 0.2 -s 4000 $server4 > /dev/null
in_client ping -q -c 2 -i 0.2 -s 4000 $server6 > /dev/null
in_client bash -c "head -c 3000 /dev/zero > /dev/udp/$server4/9999" || true
stop_capture fragments
