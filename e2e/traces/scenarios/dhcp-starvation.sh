# A client that takes every address that dnsmasq has, each in another name.
in_server dnsmasq --no-daemon --no-resolv --no-hosts --port=0 --bind-interfaces --interface=wct0 --user=root --pid-file --leasefile-ro --no-ping \
  --dhcp-authoritative --dhcp-range=10.20.1.10,10.20.1.69,1h > /dev/null 2>&1 &
until in_server ss -Hlun 'sport = :67' | grep -q .; do sleep 0.05; done
start_capture dhcp-starvation
in_client timeout 5 dhcpstarv -i wct0 > /dev/null 2>&1 || true
stop_capture dhcp-starvation
