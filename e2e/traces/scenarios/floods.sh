# Floods of two hundred packets each, about a thousand a second: SYNs from forged sources, ACKs, UDP to a closed port, ICMP echo.
start_nginx
start_capture floods
in_client hping3 -q -S -p 80 -i u1000 -c 200 --rand-source $server4 > /dev/null 2>&1 || true
in_client hping3 -q -A -p 80 -i u1000 -c 200 $server4 > /dev/null 2>&1 || true
in_client hping3 -q --udp -p 9 -i u1000 -c 200 $server4 > /dev/null 2>&1 || true
in_client hping3 -q --icmp -i u1000 -c 200 $server4 > /dev/null 2>&1 || true
stop_capture floods
