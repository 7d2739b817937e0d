# HTTP/1: keep-alive, HEAD, chunked and compressed bodies, a form, an upload, Basic authentication, 301, 404, pipelining, IPv6, HTTP/1.0.
start_nginx
start_capture http
web=http://$server4
in_client curl -s -o /dev/null "$web/" -o /dev/null "$web/index.html?page=1&q=a%20b" -I --next -s -o /dev/null "$web/absent"
in_client curl -s -o /dev/null --compressed -H 'Host: www.example.test' -e http://ref.example.test/ "$web/numbers.txt"
in_client curl -s -o /dev/null -d 'name=alice&text=hello' "$web/form"
in_client curl -s -o /dev/null -H 'Transfer-Encoding: chunked' -H 'Content-Type: application/json' -d '{"a":1}' "$web/form"
in_client curl -s -o /dev/null -L -A 'lab agent/1.0' "$web/moved"
in_client curl -s -o /dev/null -u alice:secret "$web/private"
in_client curl -s -o /dev/null -0 "http://$server4:8080/index.html"
in_client curl -s -o /dev/null -g "http://[$server6]/"
in_client bash -c "exec 3<>/dev/tcp/$server4/80; printf 'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /numbers.txt HTTP/1.1\r\nHost: b\r\n\r\nGET /absent HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n' >&3; cat <&3 > /dev/null"
stop_capture http
