# fping asks thirty addresses behind the server for an echo; two are there, the others are silent.
ip -n $client route add 10.40.0.0/24 via $server4
ip -n $server route add blackhole 10.40.0.0/24
for host in 7 19; do ip -n $server address add 10.40.0.$host/32 dev lo; done
start_capture ping-sweep
in_client fping -q -r 0 -i 10 -g 10.40.0.1 10.40.0.30 > /dev/null 2>&1 || true
stop_capture ping-sweep
for host in 7 19; do ip -n $server address del 10.40.0.$host/32 dev lo; done
ip -n $server route del blackhole 10.40.0.0/24
ip -n $client route del 10.40.0.0/24
