# arp-scan asks for thirty addresses of the client's network, one of which is there.
start_capture arp-scan
in_client arp-scan --interface=wct0 --retry=1 10.20.0.2-10.20.0.31 > /dev/null
stop_capture arp-scan
