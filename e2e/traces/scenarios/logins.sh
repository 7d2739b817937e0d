# Logins in clear: Telnet with a wrong password, and RADIUS that accepts, rejects and takes accounting.
in_server systemd-socket-activate --inetd -a -l 23 /usr/sbin/telnetd -h > /dev/null 2>&1 &
mkdir -p "$lab/radius"
cat > "$lab/radius/radiusd.conf" <<CONF
name = lab
prefix = /usr
logdir = $lab/radius
run_dir = $lab/radius
raddbdir = $lab/radius
libdir = /usr/lib/freeradius
pidfile = $lab/radius/pid
max_request_time = 5
security {
  allow_core_dumps = no
}
log {
  destination = files
  file = $lab/radius/log
}
client pc {
  ipaddr = $client4
  secret = lab-secret
  require_message_authenticator = no
}
modules {
  always ok {
    rcode = ok
  }
  pap {
  }
  files {
    filename = $lab/radius/users
  }
}
server default {
  listen {
    type = auth
    ipaddr = $server4
    port = 1812
  }
  listen {
    type = acct
    ipaddr = $server4
    port = 1813
  }
  authorize {
    files
    pap
  }
  authenticate {
    pap
  }
  preacct {
  }
  accounting {
    ok
  }
}
CONF
printf 'ann Cleartext-Password := "ann-secret"\n\tReply-Message = "welcome",\n\tFramed-IP-Address = 10.20.1.7\n' > "$lab/radius/users"
in_server freeradius -f -d "$lab/radius" > "$lab/radius/out" 2>&1 &
wait_for_port 23
until in_server ss -Hlun 'sport = :1813' | grep -q .; do sleep 0.05; done
start_capture logins
radius_lab() { printf '%s\n' "$2" | in_client radclient -x -r 1 -t 3 "$server4" "$1" lab-secret > /dev/null 2>&1 || true; }
radius_lab auth 'User-Name = ann, User-Password = ann-secret, NAS-IP-Address = 10.20.0.1, Calling-Station-Id = 02-00-00-00-00-01, Called-Station-Id = lab-ap'
radius_lab auth 'User-Name = ann, User-Password = wrong, NAS-Identifier = door'
radius_lab acct 'User-Name = ann, Acct-Status-Type = Start, Acct-Session-Id = s1, Framed-IP-Address = 10.20.1.7'
(sleep 2; printf 'ann\r'; sleep 1; printf 'ann-secret\r'; sleep 4) | in_client timeout 12 telnet $server4 > /dev/null 2>&1 || true
stop_capture logins
