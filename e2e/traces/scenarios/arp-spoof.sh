# A third host tells the server that it is the client, which the server knows; the client's own packets then get no answer.
open_third
start_capture arp-spoof
in_client ping -q -c 2 -i 0.2 $server4 > /dev/null
in_third ping -q -c 1 $server4 > /dev/null
in_third timeout -s INT 7 arpspoof -i third0 -t $server4 $client4 2> /dev/null || true
in_client ping -q -c 2 -i 0.2 -W 1 $server4 > /dev/null || true
stop_capture arp-spoof
close_third
