# All interfaces at once: Linux cooked headers of both versions, with loopback traffic among them.
start_nginx
for version in 1 2; do
  type=LINUX_SLL; [ $version = 1 ] || type=LINUX_SLL2
  start_capture cooked$version any -y $type
  in_client curl -s -o /dev/null http://$server4/
  in_server curl -s -o /dev/null http://127.0.0.1/
  in_server ping -q -c 1 ::1 > /dev/null
  stop_capture cooked$version
done
