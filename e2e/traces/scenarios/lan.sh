# What a local network says of itself: DHCP and DHCPv6 and TFTP against dnsmasq, NTP against chrony, SNMP 1, 2c and 3 against snmpd, syslog.
mkdir -p "$lab/tftp" "$lab/snmp"
seq 1 400 > "$lab/tftp/boot.cfg"
chmod 755 "$lab" "$lab/tftp"
in_server dnsmasq --no-daemon --no-resolv --no-hosts --port=0 --bind-interfaces --interface=wct0 --user=root --pid-file --leasefile-ro \
  --dhcp-range=10.20.1.10,10.20.1.99,1h --dhcp-range=fd20::100,fd20::1ff,1h --dhcp-option=option:ntp-server,$server4 --domain=example.test \
  --enable-tftp --tftp-root="$lab/tftp" > /dev/null 2>&1 &
printf 'local stratum 3\nallow\nbindaddress %s\ncmdport 0\npidfile %s/chrony.pid\n' $server4 "$lab" > "$lab/chrony.conf"
in_server chronyd -d -x -f "$lab/chrony.conf" > /dev/null 2>&1 &
printf 'agentAddress udp:%s:161\nrocommunity lab-community\ncreateUser ann SHA ann-secret AES ann-secret\nrouser ann\n' $server4 > "$lab/snmpd.conf"
in_server env SNMP_PERSISTENT_DIR="$lab/snmp" snmpd -f -Lf /dev/null -C -c "$lab/snmpd.conf" -p "$lab/snmpd.pid" > /dev/null 2>&1 &
until in_server ss -Hlun 'sport = :161' | grep -q . && in_server ss -Hlun 'sport = :123' | grep -q . && in_server ss -Hlun 'sport = :67' | grep -q .; do sleep 0.05; done
start_capture lan
dhclient_lab() { in_client timeout 20 dhclient "$@" -1 -d -sf /bin/true -pf "$lab/dhclient.pid" -lf "$lab/leases" wct0 > /dev/null 2>&1 || true; }
: > "$lab/leases"
(dhclient_lab -4 & echo $! > "$lab/wait"; wait) &
sleep 6
kill "$(cat "$lab/dhclient.pid")" || true
dhclient_lab -4 -r
: > "$lab/leases"
(dhclient_lab -6 & wait) &
sleep 5
kill "$(cat "$lab/dhclient.pid")" || true
in_client timeout 10 chronyd -Q -t 5 "server $server4 iburst maxsamples 2" "cmdport 0" "pidfile $lab/client.pid" > /dev/null 2>&1 || true
in_client snmpget -v1 -c lab-community $server4 1.3.6.1.2.1.1.5.0 > /dev/null
in_client snmpbulkwalk -v2c -c lab-community $server4 1.3.6.1.2.1.1 > /dev/null
in_client snmpget -v3 -u ann -l authPriv -a SHA -A ann-secret -x AES -X ann-secret $server4 1.3.6.1.2.1.1.5.0 > /dev/null 2>&1 || true
in_client snmpget -v2c -c wrong -r 0 -t 0.2 $server4 1.3.6.1.2.1.1.5.0 > /dev/null 2>&1 || true
in_client logger -n $server4 -P 514 -d -t lab -p auth.warning --rfc5424 'a user failed to log in'
in_client logger -n $server4 -P 514 -d -t lab -p daemon.info --rfc3164 'a service began'
(cd "$lab" && in_client tftp -m binary $server4 -c get boot.cfg && in_client tftp -m binary $server4 -c get absent.cfg) > /dev/null 2>&1 || true
stop_capture lan
