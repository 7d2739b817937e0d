# A SYN scan of 20 ports of a host that never answers: every probe stays silent.
ip -n $client neigh replace 10.20.0.88 lladdr 02:00:00:00:00:02 dev wct0
ip -n $server route add blackhole 10.20.0.88/32
start_capture nmap-filtered
in_client nmap -n -Pn --send-ip --disable-arp-ping -sS -p 20-39 --max-retries 1 10.20.0.88 > /dev/null
stop_capture nmap-filtered
ip -n $server route del blackhole 10.20.0.88/32
