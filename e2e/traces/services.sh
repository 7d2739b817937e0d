# Services of the server's namespace, for the scenarios.

start_dnsmasq() {
  in_server dnsmasq --keep-in-foreground --no-resolv --no-hosts --no-daemon --port=53 --bind-interfaces --interface=wct0 --user=root --pid-file \
    --host-record=www.example.test,$server4,$server6 --host-record=mail.example.test,$server4 --cname=web.example.test,www.example.test \
    --mx-host=example.test,mail.example.test,10 --txt-record=example.test,"v=spf1 -all","second string" \
    --srv-host=_ssh._tcp.example.test,www.example.test,22 --ptr-record=2.0.20.10.in-addr.arpa,www.example.test --local=/example.test/ \
    > /dev/null 2>&1 &
  wait_for_port 53
}

start_nginx() {
  mkdir -p "$lab/www"
  printf 'hello from the lab\n' > "$lab/www/index.html"
  seq 1 2000 > "$lab/www/numbers.txt"
  printf 'alice:%s\n' "$(openssl passwd -apr1 secret)" > "$lab/users"
  cat > "$lab/nginx.conf" <<CONF
worker_processes 1; daemon off; user root; pid $lab/nginx.pid; error_log /dev/null;
events {}
http {
  access_log off; server_tokens off; default_type text/plain; types { text/html html; text/plain txt; }
  gzip on; gzip_types text/plain; client_body_temp_path $lab/body; proxy_temp_path $lab/p; fastcgi_temp_path $lab/f; uwsgi_temp_path $lab/u; scgi_temp_path $lab/s;
  server { listen 80; listen [::]:80; listen 8080; root $lab/www;
    location /private { auth_basic lab; auth_basic_user_file $lab/users; alias $lab/www/index.html; }
    location /form { return 201 "taken\n"; }
    location /moved { return 301 /index.html; } }
  server { listen 443 ssl http2; ssl_certificate $lab/cert.pem; ssl_certificate_key $lab/key.pem; ssl_protocols TLSv1.3; root $lab/www; }
  server { listen 8443 ssl; ssl_certificate $lab/cert.pem; ssl_certificate_key $lab/key.pem; ssl_protocols TLSv1.2; root $lab/www; }
}
CONF
  in_server nginx -c "$lab/nginx.conf" -p "$lab" > /dev/null 2>&1 &
  wait_for_port 8443
}

start_sshd() {
  mkdir -p /run/sshd "$lab/ssh"
  [ -f "$lab/ssh/host" ] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$lab/ssh/host"
  [ -f "$lab/ssh/user" ] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$lab/ssh/user"
  cp "$lab/ssh/user.pub" "$lab/ssh/authorized"
  chmod 755 "$lab" "$lab/ssh"
  in_server "$(command -v sshd)" -D -f /dev/null -h "$lab/ssh/host" -o Port=22 -o AuthorizedKeysFile="$lab/ssh/authorized" -o StrictModes=no \
    -o PidFile=none -o UsePAM=no -o PermitRootLogin=yes > /dev/null 2>&1 &
  wait_for_port 22
}

ssh_lab() {
  in_client ssh -F none -i "$lab/ssh/user" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@$server4 "$@"
}

# OpenLDAP with one suffix, dc=example,dc=test; its administrator's password is lab-secret.
start_slapd() {
  mkdir -p "$lab/ldap"
  cat > "$lab/slapd.conf" <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile $lab/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile $lab/cert.pem
TLSCertificateKeyFile $lab/key.pem
database mdb
suffix dc=example,dc=test
rootdn cn=admin,dc=example,dc=test
rootpw lab-secret
directory $lab/ldap
CONF
  printf 'dn: dc=example,dc=test\nobjectClass: domain\ndc: example\n' | slapadd -f "$lab/slapd.conf" 2> /dev/null
  in_server slapd -d 0 -f "$lab/slapd.conf" -h 'ldap:///' > /dev/null 2>&1 &
  wait_for_port 389
}

# MIT's KDC of EXAMPLE.TEST with ann (preauthentication required) and host/files.example.test.
start_kdc() {
  cat > "$lab/krb5.conf" <<CONF
[libdefaults]
default_realm = EXAMPLE.TEST
dns_lookup_kdc = false
dns_canonicalize_hostname = false
udp_preference_limit = 1400
[realms]
EXAMPLE.TEST = {
  kdc = $server4
}
CONF
  cat > "$lab/kdc.conf" <<CONF
[kdcdefaults]
kdc_ports = 88
kdc_tcp_ports = 88
[realms]
EXAMPLE.TEST = {
  database_name = $lab/principal
  key_stash_file = $lab/stash
  max_renewable_life = 7d
}
CONF
  export KRB5_CONFIG="$lab/krb5.conf" KRB5_KDC_PROFILE="$lab/kdc.conf"
  kdb5_util -r EXAMPLE.TEST create -s -P lab-master > /dev/null 2>&1
  kadmin.local -q 'addprinc +requires_preauth -pw ann-secret ann' > /dev/null 2>&1
  kadmin.local -q 'addprinc -randkey host/files.example.test' > /dev/null 2>&1
  in_server krb5kdc -n > /dev/null 2>&1 &
  wait_for_port 88
}

# Samba with the share `files` and the user ann (ann-secret).
start_samba() {
  mkdir -p "$lab/files" "$lab/samba"
  seq 1 300 > "$lab/files/numbers.txt"
  chmod -R 777 "$lab/files"
  chmod 755 "$lab"
  echo 'nobody = ann' > "$lab/users.map"
  cat > "$lab/smb.conf" <<CONF
[global]
workgroup = LAB
netbios name = FILES
username map = $lab/users.map
server min protocol = NT1
client min protocol = NT1
private dir = $lab/samba
lock directory = $lab/samba
state directory = $lab/samba
cache directory = $lab/samba
pid directory = $lab/samba
ncalrpc dir = $lab/samba/ncalrpc
log level = 0
log file = $lab/samba/log
load printers = no
smb encrypt = if_required
disable netbios = no
[files]
path = $lab/files
read only = no
CONF
  printf 'ann-secret\nann-secret\n' | smbpasswd -c "$lab/smb.conf" -s -a nobody > /dev/null
  in_server smbd -F -s "$lab/smb.conf" > /dev/null 2>&1 &
  wait_for_port 445
}
