# The names of 64 neighbouring addresses, asked for by nmap without a packet to any of them; before that, names of a few by dig.
start_dnsmasq --bogus-priv
start_capture ptr-sweep
for host in 1 2 3; do in_client dig +tries=1 +time=1 -x 10.20.0.$host @$server4 > /dev/null; done
in_client nmap -sL -n 10.20.7.0/30 > /dev/null
in_client nmap -sL --dns-servers $server4 10.20.7.0/26 > /dev/null
stop_capture ptr-sweep
