# A SYN scan of the 100 commonest ports, five of them open.
start_nginx
start_sshd
start_capture nmap-syn
in_client nmap -n -Pn -sS -F -T4 $server4 > /dev/null
stop_capture nmap-syn
