# A UDP scan of 20 ports: the closed ones are refused by ICMP, DNS answers.
start_dnsmasq
start_capture nmap-udp
in_client nmap -n -Pn -sU -p 40-59 -T4 $server4 > /dev/null
stop_capture nmap-udp
