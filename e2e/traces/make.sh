#!/usr/bin/env bash
# Makes the traces of this folder anew with real tools in two network namespaces of its own. Needs root and the packages of SOURCES.md.
#   ./make.sh            all scenarios and the files derived from them
#   ./make.sh dns http   only these scenarios
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export lab; lab=$(mktemp -d)
# Another TRACE_LAB lets two runs stand beside each other.
export client=${TRACE_LAB:-wct}-client server=${TRACE_LAB:-wct}-server
export third=${TRACE_LAB:-wct}-third third4=10.20.0.3 outside4=203.0.113.2
export client4=10.20.0.1 server4=10.20.0.2 client6=fd20::1 server6=fd20::2

close_lab() {
  for pid in $(ip netns pids $client 2>/dev/null) $(ip netns pids $server 2>/dev/null); do kill "$pid" 2>/dev/null || true; done
  ip netns del $third 2>/dev/null || true
  ip netns del $client 2>/dev/null || true
  ip netns del $server 2>/dev/null || true
  rm -rf "$lab"
}
trap close_lab EXIT

in_client() { ip netns exec $client "$@"; }
in_server() { ip netns exec $server "$@"; }
in_third() { ip netns exec $third "$@"; }
export -f in_client in_server in_third

# A third host, on the client's end of the link.
open_third() {
  ip netns add $third
  ip -n $client link add third0 link wct0 address 02:00:00:00:00:03 netns $third type macvlan mode bridge
  ip -n $third link set lo up
  ip -n $third link set third0 up
  ip -n $third address add $third4/16 dev third0
}
close_third() { ip netns del $third; }

# An address of the server that is no one's (RFC 5737), which makes it a host outside the network.
open_outside() {
  ip -n $server address add $outside4/32 dev wct0
  ip -n $client route add $outside4 dev wct0
}
close_outside() {
  ip -n $client route del $outside4
  ip -n $server address del $outside4/32 dev wct0
}

open_lab() {
  ip netns add $client
  ip netns add $server
  ip link add wct0 netns $client address 02:00:00:00:00:01 type veth peer name wct0 netns $server address 02:00:00:00:00:02
  for ns in $client $server; do
    ip netns exec $ns sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
    # Without offloading, packets have their real sizes and checksums.
    ip netns exec $ns ethtool -K wct0 tx off tso off gso off gro off > /dev/null
    ip -n $ns link set lo up
    ip -n $ns link set wct0 up
  done
  ip -n $client address add $client4/16 dev wct0
  ip -n $server address add $server4/16 dev wct0
  ip -n $client address add $client6/64 dev wct0 nodad
  ip -n $server address add $server6/64 dev wct0 nodad
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$lab/key.pem" -out "$lab/cert.pem" -days 3650 \
    -subj /CN=www.example.test -addext subjectAltName=DNS:www.example.test,DNS:mail.example.test 2> /dev/null
}

# start_capture NAME [INTERFACE] [tcpdump options]: from the server's side, each packet written at once.
start_capture() {
  local name=$1 interface=${2:-wct0}
  : > "$lab/tcpdump.log"
  ip netns exec $server tcpdump -U --immediate-mode -n -Z root -i "$interface" -w "$lab/$name.pcap" "${@:3}" 2> "$lab/tcpdump.log" &
  capture_pid=$!
  until grep -q 'listening on' "$lab/tcpdump.log"; do sleep 0.05; done
}

# End the capture when nothing has come for half a second.
stop_capture() {
  local size=-1
  while [ "$size" != "$(stat -c %s "$lab/$1.pcap")" ]; do size=$(stat -c %s "$lab/$1.pcap"); sleep 0.5; done
  kill $capture_pid
  wait $capture_pid || true
  cp "$lab/$1.pcap" "$here/$1.pcap"
  echo "$1.pcap: $(capinfos -Mc "$here/$1.pcap" | sed -n 's/^Number of packets: *//p') packets, $(stat -c %s "$here/$1.pcap") bytes"
}

wait_for_port() { until in_server ss -Hltn "sport = :$1" | grep -q .; do sleep 0.05; done; }

. "$here/services.sh"
open_lab
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(dns http http2 tls dtls quic ssh ping fragments cooked nmap-syn nmap-connect nmap-udp nmap-fin nmap-filtered nmap-sweep arp-spoof arp-move arp-scan ping-sweep floods busy files vxlan ldap kerberos smb mail ftp databases field-bus voice call plant desktop vnc tds tds-tls redis nbns lan logins mac-flood icmp-tunnel dhcp-starvation ptr-sweep weak-tls programs strobe unusual-port lateral amplification http-flood http-ranges sample)
for name in "${names[@]}"; do
  # A scenario gets a clean lab: no neighbours known, no service left from the one before.
  for pid in $(ip netns pids $client) $(ip netns pids $server); do kill "$pid" 2>/dev/null || true; done
  ip -n $client neigh flush all
  ip -n $server neigh flush all
  . "$here/scenarios/$name.sh"
done
[ $# -gt 0 ] || "$here/derive.sh"
