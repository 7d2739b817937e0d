# HTTP/2 in clear: begun with its preface, several streams at once, a form, a push, 404, Basic authentication.
mkdir -p "$lab/h2"
printf 'hello from the lab\n' > "$lab/h2/index.html"
seq 1 500 > "$lab/h2/numbers.txt"
printf 'body{}\n' > "$lab/h2/style.css"
in_server nghttpd --no-tls -d "$lab/h2" --push=/index.html=/style.css 8080 > /dev/null 2>&1 &
wait_for_port 8080
start_capture http2
web=http://$server4:8080
in_client curl -s -o /dev/null --http2-prior-knowledge -e http://ref.example.test/ -A 'lab agent/2' "$web/index.html"
in_client curl -s -o /dev/null --http2-prior-knowledge -u alice:secret -d 'name=alice&text=hello' "$web/form"
in_client nghttp -n "$web/index.html" "$web/numbers.txt" "$web/absent" > /dev/null
stop_capture http2
