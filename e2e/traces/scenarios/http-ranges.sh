# Hundreds of parts of a page asked for at once, three times; before that, a reader of documents with thirty, which is no attack.
start_nginx
start_capture http-ranges
in_client curl -s -o /dev/null -r "$(seq -s , -f '%g-' 0 2 58)" "http://$server4/index.html"
in_client timeout 20 slowhttptest -R -c 3 -r 3 -l 3 -a 5 -b 300 -t GET -u "http://$server4/index.html" > /dev/null 2>&1 || true
stop_capture http-ranges
