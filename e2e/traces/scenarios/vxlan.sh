# VXLAN of the kernel, over IPv4 and over IPv6, with ping and HTTP in it; the other tunnels of Linux are modules that not every kernel has.
start_nginx
open_vxlan() { # NAMESPACE LOCAL4 REMOTE4 LOCAL6 REMOTE6 HOST
  ip -n "$1" link add vx4 address 02:00:00:00:04:0"$6" type vxlan id 4242 local "$2" remote "$3" dstport 4789 noudpcsum
  ip -n "$1" link add vx6 address 02:00:00:00:06:0"$6" type vxlan id 66 local "$4" remote "$5" dstport 4789
  for link in vx4 vx6; do ip netns exec "$1" ethtool -K $link tx off tso off gso off gro off > /dev/null; done
  ip -n "$1" address add 10.44.0."$6"/24 dev vx4
  ip -n "$1" address add 10.66.0."$6"/24 dev vx6
  ip -n "$1" link set vx4 mtu 1400 up
  ip -n "$1" link set vx6 mtu 1400 up
}
open_vxlan $client $client4 $server4 $client6 $server6 1
open_vxlan $server $server4 $client4 $server6 $client6 2
start_capture vxlan wct0 udp port 4789
in_client ping -q -c 2 -i 0.2 10.44.0.2 > /dev/null
in_client curl -s -o /dev/null http://10.44.0.2/index.html
in_client ping -q -c 2 -i 0.2 10.66.0.2 > /dev/null
in_client curl -s -o /dev/null http://10.66.0.2/
stop_capture vxlan
for ns in $client $server; do ip -n $ns link del vx4; ip -n $ns link del vx6; done
