# redis-cli with RESP 3: a login within HELLO, replies that are maps, sets and lists in lists, a subscription and what is pushed to it.
in_server redis-server --bind $server4 --port 6379 --protected-mode no --save "" --appendonly no --user ann on '>ann-secret' '~*' '&*' +@all > /dev/null 2>&1 &
wait_for_port 6379
start_capture redis
redis_ann() { in_client redis-cli -3 -h $server4 --user ann --pass "$@" > /dev/null 2>&1 || true; }
redis_ann ann-secret HSET h a 1 b 2
redis_ann ann-secret HGETALL h
redis_ann ann-secret SADD s x
redis_ann ann-secret SMEMBERS s
redis_ann ann-secret XADD x 1-1 k v
redis_ann ann-secret XRANGE x - +
redis_ann wrong GET h
/usr/bin/python3 - "$server4" <<'PY' > "$lab/redis.txt"
words = lambda *them: f'*{len(them)}\r\n' + ''.join(f'${len(word)}\r\n{word}\r\n' for word in them)
print(words('HELLO', '3', 'AUTH', 'ann', 'ann-secret') + words('SUBSCRIBE', 'news') + words('PING') + words('PUBLISH', 'news', 'hi'), end='')
PY
in_client sh -c "(cat '$lab/redis.txt'; sleep 0.5) | nc -q 0 $server4 6379" > /dev/null || true
stop_capture redis
