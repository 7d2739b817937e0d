# Nothing bad: an address moves from one host to another, which announces it five times, as clusters do. No detector may fire.
open_third
ip -n $client address add 10.20.0.50/16 dev wct0
start_capture arp-move
in_server ping -q -c 2 -i 0.2 10.20.0.50 > /dev/null
ip -n $client address del 10.20.0.50/16 dev wct0
ip -n $third address add 10.20.0.50/16 dev third0
in_third arping -q -U -c 5 -i third0 -S 10.20.0.50 10.20.0.50 > /dev/null || true
in_server ping -q -c 3 -i 0.2 -W 1 10.20.0.50 > /dev/null
stop_capture arp-move
close_third
