# Nothing bad: fifty clients of one web server, one of them trying a closed port again and again. No detector may fire.
start_nginx
for i in $(seq 1 50); do ip -n $client address add 10.20.1.$i/16 dev wct0; done
start_capture busy
for i in $(seq 1 50); do in_client curl -s -o /dev/null --interface 10.20.1.$i http://$server4/; done
for i in $(seq 1 30); do in_client curl -s -o /dev/null --interface 10.20.1.7 http://$server4:81/ || true; done
stop_capture busy
for i in $(seq 1 50); do ip -n $client address del 10.20.1.$i/16 dev wct0; done
