# A connect scan by IPv6 of 40 ports, slowly: 5 a second.
start_nginx
start_capture nmap-connect
in_client nmap -6 -n -Pn -sT -p 60-99 --max-rate 5 $server6 > /dev/null
stop_capture nmap-connect
