# A page asked for 1,100 times by one client over a few connections that are kept; before that, fifty clients with one request each. Packed.
start_nginx
sed -i 's/access_log off;/access_log off; keepalive_requests 10000;/' "$lab/nginx.conf"
in_server nginx -c "$lab/nginx.conf" -p "$lab" -s reload 2> /dev/null
start_capture http-flood
for each in {1..50}; do in_client curl -s -o /dev/null "http://$server4/index.html"; done
in_client ab -q -k -n 1100 -c 8 "http://$server4/index.html" > /dev/null 2>&1
stop_capture http-flood
gzip -9nf "$here/http-flood.pcap"
