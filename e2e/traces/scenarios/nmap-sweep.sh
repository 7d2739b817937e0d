# A sweep of 120 hosts at one port; the router answers for them that they cannot be reached.
ip -n $client route add 10.30.0.0/24 via $server4
ip -n $server route add unreachable 10.30.0.0/24
start_capture nmap-sweep
in_client nmap -n -Pn -sS -p 22 --max-retries 0 --min-rate 100 10.30.0.1-120 > /dev/null
stop_capture nmap-sweep
ip -n $client route del 10.30.0.0/24
ip -n $server route del unreachable 10.30.0.0/24
