# A FIN scan and a XMAS scan of 30 ports each.
start_nginx
start_capture nmap-fin
in_client nmap -n -Pn -sF -p 60-89 $server4 > /dev/null
in_client nmap -n -Pn -sX -p 160-189 $server4 > /dev/null
stop_capture nmap-fin
