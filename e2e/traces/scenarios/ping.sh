# ARP, ICMP echo and neighbour discovery, a gratuitous ARP, an address that nobody has.
start_capture ping
in_client ping -q -c 3 -i 0.2 $server4 > /dev/null
in_client ping -q -c 3 -i 0.2 $server6 > /dev/null
in_client arping -q -c 2 -w 3 -I wct0 $server4 > /dev/null || true
in_client ping -q -c 1 -W 1 10.20.0.77 > /dev/null || true
stop_capture ping
