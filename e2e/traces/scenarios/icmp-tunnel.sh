# A web page carried in echo messages, after ordinary pings, some of them large.
start_nginx
in_server ptunnel -v 0 > /dev/null 2>&1 &
start_capture icmp-tunnel
in_client ping -q -c 3 -i 0.2 $server4 > /dev/null
in_client ping -q -c 3 -i 0.2 -s 1000 $server4 > /dev/null
in_client ptunnel -p $server4 -lp 8000 -da $server4 -dp 80 -v 0 > /dev/null 2>&1 &
until in_client ss -Hltn 'sport = :8000' | grep -q .; do sleep 0.05; done
for page in index.html numbers.txt numbers.txt; do in_client curl -s -m 20 -o /dev/null "http://127.0.0.1:8000/$page" || true; done
stop_capture icmp-tunnel
